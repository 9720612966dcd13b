"""Requests in the tests' home and what they mean; run against the model that ships.

A line is `text | asker's area | meaning`. A meaning is frames joined by `+`; a frame is `intent devices slots`, devices
joined by commas; `?a,b` asks which, `!reason` has no target, `-` names none. Slots are `name=number` or `name=word`.
`~intent` is negated, `@field=value` a time, `none` is not understood as a command.
"""
# ruff: noqa: E501 - a case is a line

COMMANDS = """
turn on the reading lamp | | turn_on den_lamp
switch off the den ceiling light please | | turn_off den_main
could you turn the loft light off | | turn_off loft_light
kill the lights in the den | | turn_off den_main,den_lamp
den lights on | | turn_on den_main,den_lamp
turn on all the lights | den | turn_on den_main,den_lamp,cook_light,cook_strip,tower_light,tower_fairy,loft_light,path_light
lights off | tower | turn_off tower_light,tower_fairy
turn off the lights upstairs | | turn_off tower_light,tower_fairy,loft_light
turn off the lights downstairs | | turn_off den_main,den_lamp,cook_light,cook_strip
turn off everything in the cookhouse | | turn_off cook_light,cook_strip,cook_radio,kettle
switch on the kettle | | turn_on kettle
turn on the fairy lights | | turn_on tower_fairy
turn on the path light | | turn_on path_light
dim the den lights to 20 percent | | set_brightness den_main,den_lamp value=20
set the worktop strip to thirty five percent | | set_brightness cook_strip value=35
make the reading lamp brighter | | change_brightness.up den_lamp
make the loft light red | | set_color loft_light color=red
turn the fairy lights purple | | set_color tower_fairy color=purple
close the tower curtains | | close tower_curt
open the den blind halfway | | set_position den_blind value=50
close the blinds | den | close den_blind
set the den blind to 70 percent | | set_position den_blind value=70
lock the front door | | lock front
unlock the cellar door | | unlock cellar_lock
open the barn door | | open barn_door
set the den to 21 degrees | | set_temperature den_heat value=21
set the thermostat to 19 | | set_temperature den_heat value=19
make it warmer in the tower room | | change_temperature.up tower_ac
set the tower fan to 60 percent | | set_speed tower_fan value=60
turn off the loft fan | | turn_off loft_fan
turn off the fan | tower | turn_off tower_fan
turn up the telly | | change_volume.up telly
mute the tv | | mute telly
pause the music | | pause telly
set the speaker volume to 30 | | set_volume cook_radio value=30
start the vacuum | | start dusty
send dusty back to its dock | | return_to_base dusty
film evening | | activate film
turn off the kettle and the reading lamp | | turn_off kettle,den_lamp
turn off the kettle and lock the front door | | turn_off kettle + lock front
close the den blind and set the thermostat to 20 degrees | | close den_blind + set_temperature den_heat value=20
turn on the loft light and the loft fan | | turn_on loft_light,loft_fan
turn off all the lights except the reading lamp | | turn_off den_main,cook_light,cook_strip,tower_light,tower_fairy,loft_light,path_light
turn off every light but not the ones in the den | | turn_off cook_light,cook_strip,tower_light,tower_fairy,loft_light,path_light
turn off the loft light in ten minutes | | turn_off loft_light @delay_s=600
turn on the kettle at 6:30 am | | turn_on kettle @at=06:30
turn the reading lamp on for an hour | | turn_on den_lamp @duration_s=3600
don't unlock the front door | | ~unlock front
turn on the telly no wait the kettle | | turn_on kettle
turn off the loft light, I mean the loft fan | | turn_off loft_fan
it's too dark in here | loft | turn_on loft_light
turn on the cookhuose light | | turn_on cook_light
turn off the kettle | | turn_off kettle
turn on the readnig lamp | | turn_on den_lamp
turn on the lamp in the den | | turn_on den_lamp
would you mind shutting the den blind | | close den_blind
bring the reading lamp down to ten percent | | set_brightness den_lamp value=10
put the fairy lights on for twenty minutes | | turn_on tower_fairy @duration_s=1200
both den lights to 40 | | set_brightness den_main,den_lamp value=40
open the tower curtains a quarter | | set_position tower_curt value=25
dusty should clean the den | | clean_area dusty
turn the radio off | | turn_off cook_radio
turn off the light in the cookhouse and the one in the loft | | turn_off cook_light,cook_strip,loft_light
turn on the loft light no the tower light | | turn_on tower_light
set the thermostat to 20 no sorry 21 | | set_temperature den_heat value=21
close the den blind actually open it | | open den_blind
when i leave lock the front door | | lock front @trigger=leave_home
every morning at seven turn on the kettle | | turn_on kettle @recur=daily
if it gets dark turn on the path light | | turn_on path_light @trigger=sunset
never open the barn door | | ~open barn_door
don't forget to lock the front door | | lock front
switch of the loft fan | | turn_off loft_fan
make the loft light 4000 kelvin | | set_color_temp loft_light value=4000
all lights blue | | set_color den_main,den_lamp,cook_light,cook_strip,tower_light,tower_fairy,loft_light,path_light color=blue
turn off the lights in the den but not the reading lamp | | turn_off den_main
"""

ABSENT = """
turn on the lights in the sauna | | turn_on !no_such_area
turn on the lights in the garage | | turn_on !no_such_area
set the loft to 20 degrees | | set_temperature !none_in_area
turn off the dishwasher | | turn_off !none_of_kind
turn on the mood light | | turn_on !no_such_name
open the curtains in the cookhouse | | open !none_in_area
unlock the loft | | unlock !none_in_area
打开桑拿房的灯 | | turn_on !no_such_area
turn on the lights in the observatory | | turn_on !no_such_area
close the blinds in the library | | close !no_such_area
打开锅炉房的灯 | | turn_on !no_such_area
turn off the sauna lights | | turn_off !no_such_area
把洗碗机打开 | | turn_on !none_of_kind
打开卧室的空调 | | turn_on !no_such_area
"""

UNCLEAR = """
turn on the fan | | turn_on ?tower_fan,loft_fan
unlock the door | | unlock ?front,cellar_lock
把风扇打开 | | turn_on ?tower_fan,loft_fan
"""

QUESTIONS = """
is the front door locked | | query_state front
is the kettle on | | query_state kettle
are the lights on in the den | | query_state den_main,den_lamp
is the den window open | | query_state den_window
what is the temperature in the cookhouse | | query_value -
how bright is the reading lamp | | query_brightness den_lamp
前门锁了吗 | | query_state front
厨房现在多少度 | | query_value -
which lights are on downstairs | | query_list den_main,den_lamp,cook_light,cook_strip
is anything on in the loft | | query_state loft_light,loft_fan
现在客厅几度 | | query_value -
电视开着吗 | | query_state telly
"""

CHINESE = """
打开阅读灯 | | turn_on den_lamp
关掉客厅的灯 | | turn_off den_main,den_lamp
把客厅的灯调到百分之三十 | | set_brightness den_main,den_lamp value=30
把厨房的灯都关了 | | turn_off cook_light,cook_strip
开灯 | loft | turn_on loft_light
关灯 | cookhouse | turn_off cook_light,cook_strip
把彩灯调成蓝色 | | set_color tower_fairy color=blue
关掉客厅的灯和电视 | | turn_off den_main,den_lamp + turn_off telly
关掉水壶再锁上前门 | | turn_off kettle + lock front
塔楼空调调到二十六度 | | set_temperature tower_ac value=26
把空调调到24度 | | set_temperature tower_ac value=24
打开楼上的灯 | | turn_on tower_light,tower_fairy,loft_light
关掉所有的灯 | den | turn_off den_main,den_lamp,cook_light,cook_strip,tower_light,tower_fairy,loft_light,path_light
除了客厅，把所有的灯都关了 | | turn_off cook_light,cook_strip,tower_light,tower_fairy,loft_light,path_light
锁上前门 | | lock front
解锁前门 | | unlock front
打开谷仓门 | | open barn_door
开始扫地 | | start dusty
电视静音 | | mute telly
电视声音大一点 | | change_volume.up telly
十分钟后关掉水壶 | | turn_off kettle @delay_s=600
晚上八点打开阅读灯 | | turn_on den_lamp @at=20:00
不要打开前门 | | ~open front
打开水壶，不对，打开电视 | | turn_on telly
打开 den 的灯 | | turn_on den_main,den_lamp
關掉客廳的燈 | | turn_off den_main,den_lamp
把電視關掉 | | turn_off telly
太暗了 | loft | turn_on loft_light
电影之夜 | | activate film
把客厅的窗帘拉上 | | close den_blind
把阅读等打开 | | turn_on den_lamp
"""

NOTHING = """
what is the capital of france | | none
tell me a joke | | none
i turned off the lights yesterday and then we went out | | none
she said turn on the lights | | none
asdf qwer zxcv | | none
昨天我把灯关了 | | none
法国的首都是哪里 | | none
"""

DIALOGUES = """
turn on the den lights > and the loft | | turn_on loft_light
turn on the tower fan > set it to 40 percent | | set_speed tower_fan value=40
turn on the reading lamp > turn it off again | | turn_off den_lamp
dim the den lights to 50 percent > make it 30 | | set_brightness den_main,den_lamp value=30
turn off the kettle > no, the telly | | turn_off telly
is the front door locked > and the cellar door | | query_state cellar_lock
lock the front door > the cellar door too | | lock cellar_lock
打开客厅的灯 > 厨房的也打开 | | turn_on cook_light,cook_strip
打开阅读灯 > 调到百分之四十 | | set_brightness den_lamp value=40
关掉水壶 > 电视呢 | | turn_off telly
"""
