// Every word on the page, in English and Chinese; the browser's language decides.

const EN = {
  devices: "Devices",
  talk: "Talk",
  coming: "Coming up",
  cancel: "Cancel",
  no_devices: "No devices yet. They appear here as they announce themselves.",
  welcome: "Say what you want, for example “turn off the kitchen lights” or “is the front door locked?”",
  ask_label: "What do you want?",
  ask_hint: "Say something…",
  send: "Send",
  login_title: "Welcome",
  login_hint: "Paste the token of this hub. It lies in the file “token” in the hub's data folder; “aios up” prints a link that carries it.",
  token: "Token",
  login: "Open",
  wrong_token: "The hub does not know this token.",
  too_many: "Too many wrong tokens. Wait a minute, then try again.",
  connecting: "Connecting…",
  live: "Live",
  lost: "Connection lost, trying again…",
  working: "Working…",
  why: "Why?",
  yes: "Yes",
  no: "No",
  hub_gone: "The hub does not answer. Is it running?",
  elsewhere: "Elsewhere",
  let_in: "Let in",
  code: "It should show",
  not_adopted: "Not let in yet",
  offline: "Unavailable",
  on: "On",
  off: "Off",
  confirmed: "confirmed",
  sent: "sent, not confirmed",
  failed: "failed",
  open_receipt: "moving…",
  heard: "Heard",
  understood: "Understood",
  candidates: "Candidates and scores",
  grounded: "Grounded to",
  guard: "What the guard said",
  receipts: "Receipts",
  other: "Also recorded",
  no_record: "There is no record of this request.",
  via: "from",
  assumed: "assumed",
  kinds: {
    light: "Light", plug: "Plug", switch: "Switch", thermostat: "Thermostat", climate: "Climate", fan: "Fan",
    cover: "Cover", lock: "Lock", garage_door: "Garage door", vacuum: "Vacuum", tv: "TV", speaker: "Speaker",
    earbuds: "Earbuds", phone: "Phone", washing_machine: "Washing machine", coffee_machine: "Coffee machine",
    sensor: "Sensor", motion_sensor: "Motion sensor", contact_sensor: "Door sensor", smoke_alarm: "Smoke alarm",
    media_player: "Player", display: "Display", scene: "Scene", button: "Button", unknown: "Device",
  },
  fields: {
    brightness: "brightness", color_temp: "white", position: "position", target_temperature: "set to",
    current_temperature: "now", temperature: "temperature", humidity: "humidity", volume: "volume",
    battery: "battery", fan_speed: "speed", hvac_mode: "mode", hvac_action: "action", power: "power",
    motion: "motion", contact_open: "door", smoke: "smoke", occupancy: "someone there", water_leak: "water",
    illuminance: "light level", source: "source", title: "playing", muted: "muted", playback: "player",
  },
  values: {
    motion: ["motion", "no motion"], contact_open: ["open", "closed"], smoke: ["SMOKE", "no smoke"],
    occupancy: ["someone there", "nobody there"], water_leak: ["LEAK", "dry"], muted: ["muted", "sound on"],
    "": ["yes", "no"],
  },
};

const ZH = {
  devices: "设备",
  talk: "对话",
  coming: "将要执行",
  cancel: "取消",
  no_devices: "还没有设备。设备上线后会出现在这里。",
  welcome: "请说您想做什么，例如“关掉厨房的灯”或“前门锁了吗？”",
  ask_label: "您想做什么？",
  ask_hint: "说点什么…",
  send: "发送",
  login_title: "欢迎",
  login_hint: "请粘贴本中枢的令牌。它在中枢数据目录的“token”文件里；“aios up”会打印带令牌的链接。",
  token: "令牌",
  login: "打开",
  wrong_token: "中枢不认识这个令牌。",
  too_many: "错误次数过多，请稍等一分钟再试。",
  connecting: "正在连接…",
  live: "实时",
  lost: "连接中断，正在重试…",
  working: "处理中…",
  why: "为什么？",
  yes: "是",
  no: "否",
  hub_gone: "中枢没有应答。它在运行吗？",
  elsewhere: "其他",
  let_in: "允许加入",
  code: "设备应显示",
  not_adopted: "尚未加入",
  offline: "不可用",
  on: "开",
  off: "关",
  confirmed: "已确认",
  sent: "已发送，未确认",
  failed: "失败",
  open_receipt: "进行中…",
  heard: "听到",
  understood: "理解为",
  candidates: "候选与得分",
  grounded: "对应到",
  guard: "安全检查",
  receipts: "回执",
  other: "其他记录",
  no_record: "没有这条请求的记录。",
  via: "来自",
  assumed: "推测",
  kinds: {
    light: "灯", plug: "插座", switch: "开关", thermostat: "温控器", climate: "空调", fan: "风扇",
    cover: "窗帘", lock: "门锁", garage_door: "车库门", vacuum: "扫地机", tv: "电视", speaker: "音箱",
    earbuds: "耳机", phone: "手机", washing_machine: "洗衣机", coffee_machine: "咖啡机",
    sensor: "传感器", motion_sensor: "人体传感器", contact_sensor: "门窗传感器", smoke_alarm: "烟雾报警器",
    media_player: "播放器", display: "屏幕", scene: "场景", button: "按钮", unknown: "设备",
  },
  fields: {
    brightness: "亮度", color_temp: "色温", position: "位置", target_temperature: "设定",
    current_temperature: "当前", temperature: "温度", humidity: "湿度", volume: "音量",
    battery: "电量", fan_speed: "风速", hvac_mode: "模式", hvac_action: "动作", power: "功率",
    motion: "移动", contact_open: "门", smoke: "烟雾", occupancy: "有人", water_leak: "漏水",
    illuminance: "照度", source: "信号源", title: "正在播放", muted: "静音", playback: "播放",
  },
  values: {
    motion: ["有移动", "无移动"], contact_open: ["打开", "关闭"], smoke: ["有烟雾！", "无烟雾"],
    occupancy: ["有人", "无人"], water_leak: ["漏水！", "干燥"], muted: ["静音", "有声"],
    "": ["是", "否"],
    open: "打开", closed: "关闭", opening: "正在打开", closing: "正在关闭", stopped: "停止",
    locked: "已锁", unlocked: "未锁", locking: "正在上锁", unlocking: "正在开锁", jammed: "卡住",
    idle: "空闲", heat: "制热", cool: "制冷", auto: "自动", heating: "制热中", cooling: "制冷中",
    docked: "在充电座", cleaning: "清扫中", returning: "返回中", paused: "已暂停", running: "运行中",
    playing: "播放中", off: "关", on: "开",
  },
};

export const isChinese = (navigator.language || "en").toLowerCase().startsWith("zh");
export const words = isChinese ? ZH : EN;

export function kindWord(kind) {
  return words.kinds[kind] || kind.replaceAll("_", " ");
}

export function fieldWord(field) {
  const own = field.split(".").pop();
  return words.fields[own] || field.replaceAll("_", " ").replaceAll(".", " ");
}

export function valueWord(field, entry) {
  const own = field.split(".").pop();
  const value = entry.value;
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return (words.values[own] || words.values[""])[value ? 0 : 1];
  if (typeof value === "number") {
    const rounded = Math.round(value * 10) / 10;
    const unit = entry.unit || "";
    return unit === "%" || unit.startsWith("°") || !unit ? `${rounded}${unit}` : `${rounded} ${unit}`;
  }
  if (Array.isArray(value)) return value.map((part) => Math.round(part * 10) / 10).join(", ");
  const known = words.values[value];
  return typeof known === "string" ? known : String(value).replaceAll("_", " ");
}
