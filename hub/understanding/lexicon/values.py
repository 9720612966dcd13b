"""Colours, modes, attributes and states in both languages, each under the name that skills read."""

from collections.abc import Mapping

from hub.understanding.lexicon.tables import by_key

COLORS: Mapping[str, str] = by_key("""
red: red, 红, 红色, 大红, 大红色
blue: blue, 蓝, 蓝色
green: green, 绿, 绿色
yellow: yellow, 黄, 黄色
orange: orange, 橙, 橙色, 橘色, 橘黄色, 橘红色
purple: purple, violet, 紫, 紫色
pink: pink, 粉, 粉色, 粉红, 粉红色
white: white, 白, 白色, 白光
cyan: cyan, 青, 青色
turquoise: turquoise, 蓝绿色, 绿松石色
teal: teal
magenta: magenta, 品红, 品红色, 洋红
lavender: lavender, 淡紫色, 薰衣草色
gold: gold, golden, 金, 金色
amber: amber, 琥珀色
lime: lime, light green, 浅绿色, 黄绿色
azure: azure, light blue, sky blue, 天蓝色, 浅蓝色, 天蓝
navy: navy, dark blue, 深蓝色, 藏青色
crimson: crimson, deep red, dark red, 深红色
salmon: salmon, 橙红色
coral: coral, 珊瑚色
peach: peach, 桃色
mint: mint, 薄荷绿
indigo: indigo, 靛蓝, 靛蓝色
brown: brown, 棕色, 褐色, 咖啡色
warm white: warm white, 暖白, 暖白色, 暖白光
cool white: cool white, cold white, 冷白, 冷白色, 冷白光
daylight: daylight, 日光, 日光色
warm: warm, 暖色, 暖光, 暖黄光, 暖黄色, 暖黄
cool: cool, cold, 冷色, 冷光
neutral white: neutral white, neutral, 中性白, 自然光
candlelight: candlelight, candle light, candle, 烛光, 烛光色
soft white: soft white, 柔光, 柔白
""")
"""Match form of a colour or white to its English name."""

MODES: Mapping[str, str] = by_key("""
cool: cool, cooling, cold, 制冷, 冷气, 冷风
heat: heat, heating, hot, 制热, 暖气, 加热, 暖风, 热风
auto: auto, automatic, automatically, 自动
dry: dry, drying, dehumidify, 除湿, 抽湿
fan_only: fan only, fan, ventilation, 送风, 通风, 吹风
heat_cool: heat cool, heat and cool, 冷暖
off: off, 关闭
eco: eco, economy, energy saving, energy saver, 节能, 省电, 环保
away: away, vacation, holiday, 离家, 外出
sleep: sleep, sleeping, night, 睡眠, 夜间
boost: boost, turbo, power, 强力, 强劲
comfort: comfort, comfortable, 舒适
home: home, 在家
low: low, slow, gentle, lowest, 低, 低速, 低档, 低风, 小风, 一档, 弱, 慢速
medium: medium, mid, middle, moderate, 中, 中速, 中档, 中风, 二档
high: high, fast, strong, highest, full, max, maximum, 高, 高速, 高档, 高风, 大风, 三档, 快速, 强风
quiet: quiet, silent, 静音, 安静
natural: natural, nature, 自然风, 自然
""")
"""Match form of a mode to its name."""

ATTRIBUTES: Mapping[str, str] = by_key("""
temperature: temperature, temp, degree, how warm, how hot, how cold, warm, hot, cold, 温度, 气温, 室温, 多少度, 几度, 冷, 热, 暖和
humidity: humidity, humid, moisture, how humid, damp, 湿度, 潮湿
brightness: brightness, how bright, bright, dim, 亮度, 多亮, 明亮
color: color, colour, what color, what colour, 颜色, 什么颜色
color_temp: color temperature, colour temperature, 色温
volume: volume, how loud, loud, loudness, sound level, 音量, 声音, 多大声
battery: battery, battery level, charge, juice, how much juice, battery charge, battery percentage, how charged, charged, 电, 多少电, 电量, 电池, 电池电量, 剩余电量
power: power, power consumption, power usage, power draw, wattage, watt, how much power, 功率, 用电功率, 耗电
energy: energy, energy use, energy usage, energy consumption, electricity, electricity use, electricity usage, 用电量, 耗电量, 用电, 度电, 能耗
position: position, how far open, how open, 位置, 开了多少
speed: speed, fan speed, how fast, 速度, 风速
mode: mode, setting, 模式
title: title, song, track, what playing, 歌名, 什么歌
illuminance: illuminance, light level, lux, 光照, 照度, 光照度
co2: co2, co2 level, carbon dioxide, carbon dioxide level, 二氧化碳, 二氧化碳浓度
co: carbon monoxide, carbon monoxide level, co level, 一氧化碳
pm25: pm2.5, pm25, particulate, particulate matter, fine dust, 细颗粒物
air_quality: air quality, air, 空气质量, 空气
pressure: pressure, air pressure, atmospheric pressure, barometric pressure, 气压, 大气压
voltage: voltage, 电压
current: current, amperage, 电流
moisture: soil moisture, moisture level, 土壤湿度
signal: signal, signal strength, 信号, 信号强度
target_temperature: target temperature, set temperature, set point, setpoint, set to, thermostat setting, 设定温度, 目标温度
state: state, status, 状态
""")
"""Match form of what is asked for to the state field of that name."""

STATES: Mapping[str, str] = by_key("""
on: on, lit, lit up, switched on, turned on, active, activated, powered on, 开着, 开了, 亮着, 开, 打开, 亮, 开启, 亮了, 打开了, 开着的, 亮着的, 启动
off: off, switched off, turned off, inactive, dark, powered off, 关着, 关了, 关掉, 灭了, 关, 没开, 关闭, 关掉了, 灭, 关着的, 熄灭
open: open, opened, ajar, wide open, 敞开, 开门
closed: closed, shut, close, 关上, 关好, 合上, 关上了, 关好了, 闭合, 拉上
locked: locked, secure, secured, locked up, lock, 锁, 锁着, 锁了, 锁上, 锁好, 锁上了, 锁好了, 锁住, 锁着的, 反锁
unlocked: unlocked, unlock, 没锁, 开锁, 未锁, 没锁好, 没上锁
playing: playing, 播放, 在播放, 在放, 放着, 播放着
paused: paused, 暂停, 暂停了
running: running, working, going, in operation, 运行, 在运行, 工作, 在工作, 转, 在转, 运转
cleaning: cleaning, vacuuming, sweeping, mopping, 打扫, 在打扫, 清扫, 扫地
docked: docked, at the dock, 在充电座, 回充
charging: charging, being charged, plugged in, 充电, 在充电, 充着电
not_charging: not charging, 没充电
idle: idle, standby, 空闲, 待机
home: home, at home, 在家, 家里
away: away, out, not home, gone, left, 不在家, 出门, 外出, 离家
motion: motion, movement, moving, anyone, someone, somebody, 有人, 动静, 移动
occupied: occupied, presence, occupancy, 占用
wet: wet, leaking, leak, 漏水, 湿, 漏
dry: dry, 干
smoke: smoke, smoky, fire, 烟, 烟雾, 冒烟
gas: gas, 煤气, 燃气
finished: finished, done, ready, complete, completed, over, 完成, 好了, 完了, 洗好, 结束
low: low, running low, empty, dead, 低, 没电, 快没电, 电量低
heat: heating, heat, 制热, 加热
cool: cooling, cool, 制冷
muted: muted, mute, 静音
connected: connected, online, 连接, 在线, 连着, 连上
disconnected: disconnected, offline, 断开, 离线, 掉线
jammed: jammed, stuck, blocked, 卡住, 卡了
problem: problem, broken, faulty, trouble, wrong, 故障, 问题, 坏
safe: safe, 安全
vibrating: vibrating, 震动
hot: hot, 烫
cold: cold, 冷
detected: detected, triggered, 触发, 检测到
""")
"""Match form of a condition to its name."""
