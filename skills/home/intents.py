"""The intents that the home skill answers: which capabilities they need, and what is meant where no name was said."""

from hub.sdk import IntentSpec, Risk, SkillManifest

ANY_DEVICE = frozenset({"*"})
"""A question may be about every device: all capabilities will do."""

_ON_OFF = """on_off scene button cover valve vacuum lawn_mower lock thermostat water_heater humidifier media_player
    fan_speed brightness color color_temp siren appliance"""
_MEDIA = "media_player"
_SOUND = "volume media_player"
_LIGHTS = ("light",)
_MEDIA_KINDS = ("speaker", "media_player", "tv", "display", "earbuds", "headphones")
_CLIMATE_KINDS = ("thermostat", "climate")
_COVER_KINDS = ("cover",)
_VACUUM_KINDS = ("vacuum",)

_COMMANDS: tuple[tuple[str, str, tuple[str, ...], Risk], ...] = (
    ("turn_on", _ON_OFF, _LIGHTS, Risk.EVERYDAY),
    ("turn_off", _ON_OFF, _LIGHTS, Risk.EVERYDAY),
    ("toggle", _ON_OFF, _LIGHTS, Risk.EVERYDAY),
    ("open", "cover valve lock", _COVER_KINDS, Risk.COMFORT),
    ("close", "cover valve lock", _COVER_KINDS, Risk.COMFORT),
    ("stop", "cover valve vacuum lawn_mower media_player appliance on_off", _COVER_KINDS, Risk.COMFORT),
    ("set_position", "cover cover_position valve_position", _COVER_KINDS, Risk.COMFORT),
    ("change_position.up", "cover cover_position valve_position", _COVER_KINDS, Risk.COMFORT),
    ("change_position.down", "cover cover_position valve_position", _COVER_KINDS, Risk.COMFORT),
    ("lock", "lock", ("lock",), Risk.SECURITY),
    ("unlock", "lock", ("lock",), Risk.SECURITY),
    ("set_brightness", "brightness", _LIGHTS, Risk.EVERYDAY),
    ("change_brightness.up", "brightness", _LIGHTS, Risk.EVERYDAY),
    ("change_brightness.down", "brightness", _LIGHTS, Risk.EVERYDAY),
    ("set_color", "color color_temp", _LIGHTS, Risk.EVERYDAY),
    ("set_color_temp", "color_temp color", _LIGHTS, Risk.EVERYDAY),
    ("change_color_temp.warmer", "color_temp", _LIGHTS, Risk.EVERYDAY),
    ("change_color_temp.cooler", "color_temp", _LIGHTS, Risk.EVERYDAY),
    ("set_temperature", "thermostat water_heater oven", _CLIMATE_KINDS, Risk.COMFORT),
    ("change_temperature.up", "thermostat water_heater oven", _CLIMATE_KINDS, Risk.COMFORT),
    ("change_temperature.down", "thermostat water_heater oven", _CLIMATE_KINDS, Risk.COMFORT),
    (
        "set_mode",
        "thermostat water_heater humidifier thermostat_preset fan_preset effect noise_control select",
        _CLIMATE_KINDS,
        Risk.COMFORT,
    ),
    ("set_fan_mode", "thermostat_fan_mode fan_speed fan_preset", ("climate", "thermostat", "fan"), Risk.COMFORT),
    ("set_humidity", "humidifier", ("humidifier", "climate", "thermostat"), Risk.COMFORT),
    ("change_humidity.up", "humidifier", ("humidifier", "climate", "thermostat"), Risk.COMFORT),
    ("change_humidity.down", "humidifier", ("humidifier", "climate", "thermostat"), Risk.COMFORT),
    ("set_speed", "fan_speed", ("fan", "air_purifier"), Risk.COMFORT),
    ("change_speed.up", "fan_speed", ("fan", "air_purifier"), Risk.COMFORT),
    ("change_speed.down", "fan_speed", ("fan", "air_purifier"), Risk.COMFORT),
    ("set_oscillating", "fan_oscillation", ("fan",), Risk.COMFORT),
    ("start", "vacuum lawn_mower appliance media_player on_off voice_satellite scene", _VACUUM_KINDS, Risk.COMFORT),
    ("pause", "media_player vacuum lawn_mower appliance voice_satellite", _MEDIA_KINDS, Risk.EVERYDAY),
    ("return_to_base", "vacuum lawn_mower", _VACUUM_KINDS, Risk.COMFORT),
    ("locate", "vacuum lawn_mower identify", _VACUUM_KINDS, Risk.EVERYDAY),
    ("play", _MEDIA, _MEDIA_KINDS, Risk.EVERYDAY),
    ("next", _MEDIA, _MEDIA_KINDS, Risk.EVERYDAY),
    ("previous", _MEDIA, _MEDIA_KINDS, Risk.EVERYDAY),
    ("play_media", _MEDIA, _MEDIA_KINDS, Risk.EVERYDAY),
    ("set_volume", _SOUND, _MEDIA_KINDS, Risk.EVERYDAY),
    ("change_volume.up", _SOUND, _MEDIA_KINDS, Risk.EVERYDAY),
    ("change_volume.down", _SOUND, _MEDIA_KINDS, Risk.EVERYDAY),
    ("mute", _SOUND, _MEDIA_KINDS, Risk.EVERYDAY),
    ("unmute", _SOUND, _MEDIA_KINDS, Risk.EVERYDAY),
    ("set_source", _MEDIA, ("tv", "media_player", "speaker"), Risk.EVERYDAY),
    ("activate", "scene button", ("scene", "script"), Risk.EVERYDAY),
    ("press", "button scene", ("button",), Risk.EVERYDAY),
)

_QUESTIONS: tuple[tuple[str, str, tuple[str, ...], bool], ...] = (
    ("query_state", "*", (), True),
    ("query_value", "*", (), False),
    ("query_brightness", "brightness on_off", _LIGHTS, True),
    ("query_color", "color color_temp", _LIGHTS, True),
    ("query_volume", _SOUND, _MEDIA_KINDS, True),
    ("query_media", _MEDIA, _MEDIA_KINDS, True),
    ("query_count", "*", (), False),
    ("query_list", "*", (), False),
)

CLEAN_AREA = IntentSpec(
    name="home.clean_area",
    capabilities=frozenset({"vacuum"}),
    kinds=_VACUUM_KINDS,
    needs_target=False,
    risk=Risk.COMFORT,
)

INTENTS: tuple[IntentSpec, ...] = (
    *(
        IntentSpec(name=f"home.{name}", capabilities=frozenset(caps.split()), kinds=kinds, risk=risk)
        for name, caps, kinds, risk in _COMMANDS
    ),
    CLEAN_AREA,
    *(
        IntentSpec(
            name=f"home.{name}",
            capabilities=frozenset(caps.split()),
            kinds=kinds,
            needs_target=needs_target,
            is_question=True,
            risk=Risk.NONE,
        )
        for name, caps, kinds, needs_target in _QUESTIONS
    ),
)

COMMANDS = frozenset(
    """turn_on turn_off toggle open close stop set_position change_position lock unlock set_brightness
    change_brightness set_color set_color_temp change_color_temp set_effect set_temperature change_temperature set_mode
    set_preset set_fan_mode set_fan_preset set_humidity change_humidity set_speed change_speed set_oscillating start
    pause return_to_base locate identify clean_area play next previous play_media set_volume change_volume mute unmute
    set_source activate press siren_on siren_off set_noise_control select_option""".split()
)

MANIFEST = SkillManifest(
    id="home", name="Home", version="0.1.0", languages=("en", "zh"), intents=INTENTS, commands=COMMANDS
)
