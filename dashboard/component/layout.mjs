// Where everything visible stands at one zoom: marks, fans, chips, labels, and what the pointer can meet.

import { fan, groups, place } from "./labels.mjs"

const SPREAD = 15
const MOST_IN_FAN = 8
const CHIP_STEP = 17
const FURTHEST_ASIDE = 42
// A chip is all that a town shows of its initiatives, so it looks further for room than a label may.
const CHIP_REACH = [0, 14, 30, 46, 64, 84, 106, 130, 160]
const NARROW_PX = 520
const NAMES_FROM_ZOOM = 13.5
const MOST_NAMES = 200
// How far from the border the names of the countries reach.
const COUNTRY_PX = 22
const CARD_PX = { narrow: 140, wide: 215 }
// Marks that stand where they are; small dots may be written over.
const FIXED = new Set(["hatched", "station", "dot"])
const CLUSTERED = new Set(["circle", "square", "diamond"])
const stays = ({ style }) => style.fixed || !CLUSTERED.has(style.shape)

const fonts = (family) => ({
  bold: `600 13px '${family}', sans-serif`,
  plain: `400 12px '${family}', sans-serif`,
  town: `600 15px '${family}', sans-serif`,
  abroad: `400 italic 14px '${family}', sans-serif`,
  around: `400 12px '${family}', sans-serif`,
  name: `600 12.5px '${family}', sans-serif`,
})

let pen = null
const widths = new Map()

export function measure(font, text) {
  const key = `${font}|${text}`
  if (!widths.has(key)) {
    pen ??= document.createElement("canvas").getContext("2d")
    pen.font = font
    widths.set(key, pen.measureText(text).width)
  }
  return widths.get(key)
}

export function forgetWidths() {
  widths.clear()
}

function lines(label, fonts, { first = fonts.bold, narrow = false } = {}) {
  return label.split("\n").flatMap((text, index) => {
    const [font, height] = index === 0 ? [first, 17] : [fonts.plain, 15]
    const most = narrow ? CARD_PX.narrow : CARD_PX.wide
    return (index > 0 && measure(font, text) > most ? broken(text, font, most) : [text]).map((part) => ({ text: part, font, height }))
  })
}

// A long basis of several parts goes on a new line at a dot between them.
function broken(text, font, most) {
  const out = []
  for (const part of text.split(" · ")) {
    const longer = out.length === 0 ? part : `${out.at(-1)} · ${part}`
    if (out.length > 0 && measure(font, longer) <= most) out[out.length - 1] = longer
    else out.push(part)
  }
  return out
}

function sized(rows, padX, padY) {
  return {
    w: Math.ceil(Math.max(...rows.map((row) => measure(row.font, row.text)))) + 2 * padX,
    h: rows.reduce((sum, row) => sum + row.height, 0) + 2 * padY,
  }
}

// A town whose name already stands there as a label is not named twice.
function towns(scene, view, type, labelled) {
  return scene.background.names
    .map((town) => {
      const [x, y] = view.at(town.at)
      const font = town.abroad ? type.abroad : type.town
      return {
        kind: "town", key: `town:${town.name}`, town, x, y, r: 4, font,
        w: measure(font, town.name) + 6, h: 20,
        reach: town.abroad ? [0, 8] : [0, 8, 14, 20, 30, 40], sides: [[0, -1], [0.8, -0.6], [-0.8, -0.6], [0, 1], [0.8, 0.6], [-0.8, 0.6], [1, 0], [-1, 0]],
      }
    })
    .filter(({ town, x, y }) => !labelled.some((mark) => mark.row.feature.name === town.name && Math.hypot(mark.x - x, mark.y - y) < 12))
}

// Places around, for orientation: only where nothing else stands.
function around(scene, view, type, [w, n, e, s]) {
  return scene.background.around
    .map((place) => {
      const [x, y] = view.at(place.at)
      return { kind: "around", key: `around:${place.name}`, place, x, y, r: 1, font: type.around, w: measure(type.around, place.name) + 4, h: 15, reach: [0] }
    })
    .filter(({ x, y }) => x > w && x < e && y > n && y < s)
}

// Town-level features stand in one chip beside the name of their town, never on a spot.
function chips(rows, view, say, type, narrow) {
  const perTown = new Map()
  for (const row of rows) {
    const key = row.feature.at.join(",")
    if (!perTown.has(key)) perTown.set(key, [])
    perTown.get(key).push(row)
  }
  return [...perTown.entries()].map(([key, members]) => {
    const [x, y] = view.at(members[0].feature.at)
    const text = narrow ? "" : members.length === 1 ? say("in_town_one") : say("in_town", { n: members.length })
    const perLine = Math.min(members.length, 6)
    const deep = Math.ceil(members.length / perLine)
    const words = narrow ? 0 : Math.ceil(measure(type.plain, text)) + 6
    const beside = perLine <= 3
    const w = beside ? perLine * CHIP_STEP + words + 12 : Math.max(words + 6, perLine * CHIP_STEP + 12)
    const h = deep * CHIP_STEP + (beside || narrow ? 7 : 24)
    return { kind: "chip", key: `chip:${key}`, members, text, perLine, beside, x, y, r: 6, w, h, reach: CHIP_REACH }
  })
}

// Where the icons of a chip stand, within its box.
export function chipIcon(item, index) {
  const [w, n] = item.spot.box
  const down = item.beside || item.text === "" ? 12 : 29
  return [w + 13 + (index % item.perLine) * CHIP_STEP, n + down + Math.floor(index / item.perLine) * CHIP_STEP]
}

// A fan steps aside for the marks that cannot move; its legs lead back.
function aside(group, reach, standing) {
  const near = standing.filter((mark) => Math.abs(mark.x - group.x) < FURTHEST_ASIDE + reach + 24 && Math.abs(mark.y - group.y) < FURTHEST_ASIDE + reach + 24)
  const crowded = (x, y) => near.reduce((sum, mark) => sum + Math.max(0, reach + mark.r + 2 - Math.hypot(mark.x - x, mark.y - y)), 0)
  let best = [group.x, group.y]
  let least = crowded(...best)
  for (const away of [12, 22, 32, FURTHEST_ASIDE]) {
    for (let turn = 0; turn < 12 && least > 0; turn++) {
      const x = group.x + away * Math.cos((turn * Math.PI) / 6)
      const y = group.y + away * Math.sin((turn * Math.PI) / 6)
      const crowd = crowded(x, y)
      if (crowd < least - 2) [best, least] = [[x, y], crowd]
    }
  }
  return best
}

function spreadOut(rows, view, open, still) {
  const points = rows.map((row) => {
    const [x, y] = view.at(row.feature.at)
    return { row, x, y }
  })
  const marks = []
  const legs = []
  const bubbles = []
  const standing = still.map(({ row, x, y }) => ({ x, y, r: row.style.radius }))
  const found = groups(points, SPREAD)
  for (const { members } of found) {
    if (members.length === 1) standing.push({ x: members[0].x, y: members[0].y, r: members[0].row.style.radius })
  }
  for (const group of found) {
    const { members } = group
    const key = `${members[0].row.layer.id}:${members[0].row.feature.id}`
    if (members.length === 1) {
      marks.push({ ...members[0] })
    } else if (members.length <= MOST_IN_FAN || key === open) {
      const size = 2 * Math.max(...members.map((member) => member.row.style.radius)) + 4
      const places = fan(members.length, size)
      const reach = Math.max(...places.map(([dx, dy]) => Math.hypot(dx, dy))) + size / 2
      const [cx, cy] = aside(group, reach, standing)
      standing.push({ x: cx, y: cy, r: reach })
      places.forEach(([dx, dy], index) => {
        const mark = { ...members[index], x: cx + dx, y: cy + dy, shared: true }
        marks.push(mark)
        legs.push([members[index].x, members[index].y, mark.x, mark.y])
      })
    } else {
      bubbles.push({ key, x: group.x, y: group.y, r: 11 + Math.min(9, Math.sqrt(members.length)), members: members.map((m) => m.row) })
    }
  }
  return { marks, legs, bubbles }
}

const ORDER = { card: 0, hatched: 1, dot: 1.5, station: 2, text: 3, name: 4 }

function labelItems(placed, view, type, narrow) {
  const items = []
  for (const { row, x, y, spread, shared } of placed) {
    const { style, feature } = row
    // Marks that share a spot are named close by only: further out one name would stand for all.
    if (spread && view.zoom < NAMES_FROM_ZOOM && (shared || feature.label === null)) continue
    const text = feature.label ?? (spread ? feature.name : null)
    // An empty label keeps a mark without a name.
    if (!text) continue
    const kind = spread ? "name" : style.shape
    // The names of a classed layer stand back for those of what its classes are about.
    const back = row.layer.classed === true
    const rows = lines(text, type, { first: back ? type.plain : kind === "name" ? type.name : type.bold, narrow })
    const size = sized(rows, kind === "card" ? 8 : 2, kind === "card" ? 4 : 0)
    const reach = kind === "name" && (shared || feature.label === null) ? [0] : undefined
    const key = `${row.layer.id}:${feature.id}`
    items.push({ kind, back, key, row, rows, x, y, r: kind === "text" || kind === "card" ? 5 : style.radius + 1, ...size, reach })
  }
  return items.sort((a, b) => ORDER[a.kind] + Number(a.back) - ORDER[b.kind] - Number(b.back))
}

export function layout({ scene, shown, view, frame, blocked, say, open, before }) {
  const narrow = frame[2] - frame[0] < NARROW_PX
  const type = fonts(scene.look.font)
  const rows = shown.flatMap((entry) => entry.rows).filter((row) => row.feature.at !== null)
  const points = rows.filter((row) => row.layer.kind === "point")
  const townLevel = points.filter((row) => row.style.town)
  const still = points
    .filter((row) => !row.style.town && stays(row))
    .map((row) => {
      const [x, y] = view.at(row.feature.at)
      return { row, x, y }
    })
  const marks = still.filter(({ row }) => FIXED.has(row.style.shape))
  const spread = spreadOut(points.filter((row) => !row.style.town && !stays(row)), view, open, marks)
  const townItems = towns(scene, view, type, marks)
  const box = (x, y, r) => [x - r, y - r, x + r, y + r]
  const occupied = [
    ...spread.marks.map((mark) => box(mark.x, mark.y, mark.row.style.radius + 1)),
    ...spread.bubbles.map((bubble) => box(bubble.x, bubble.y, bubble.r)),
    ...marks.filter(({ row }) => row.style.shape !== "dot" || row.feature.label !== null).map((mark) => box(mark.x, mark.y, mark.row.style.radius)),
    ...townItems.map((town) => box(town.x, town.y, 3)),
  ]
  const named = spread.marks.length <= MOST_NAMES ? spread.marks : []
  const spreadLabels = labelItems(named.map((mark) => ({ ...mark, spread: true })), view, type, narrow)
  const labels = labelItems(still, view, type, narrow)
  const figures = labels.filter((item) => item.kind !== "text")
  const words = labels.filter((item) => item.kind === "text")
  const items = [...townItems, ...figures, ...chips(townLevel, view, say, type, narrow), ...words, ...spreadLabels, ...around(scene, view, type, frame)]
  for (const item of items) item.before = before?.get(item.key)
  const spots = place(items, { frame, blocked, marks: occupied, furthest: narrow ? 46 : 106 })
  items.forEach((item, index) => {
    item.spot = spots[index]
  })
  hideCovered(items, scene, view)
  countDropped(items)
  for (const item of items) item.bare = item.spot === null && !marks.some(({ x, y }) => Math.hypot(item.x - x, item.y - y) < 9)
  const choices = new Map(items.filter((item) => item.spot !== null).map((item) => [item.key, item.spot.choice]))
  const all = [...marks, ...still.filter(({ row }) => row.style.fixed)]
  return { choices, marks: all, spread, items, lines: rows.filter((row) => row.layer.kind !== "point"), hits: hits(all, spread, items) }
}

// A place around whose dot lies under another label would name nothing; along the border stand the names of the countries.
function hideCovered(items, scene, view) {
  const boxes = items.filter((item) => item.kind !== "around" && item.spot !== null).map((item) => item.spot.box)
  const border = scene.background.shapes.filter(({ kind }) => kind === "border").flatMap(({ parts }) => parts)
  const along = border.flatMap((part) => points(part, view))
  const within = (x, y, [w, n, e, s], room) => x > w - room && x < e + room && y > n - room && y < s + room
  for (const item of items) {
    if (item.kind !== "around" || item.spot === null) continue
    const covered = boxes.some((box) => within(item.x, item.y, box, 3))
    if (covered || along.some(([x, y]) => within(x, y, item.spot.box, COUNTRY_PX))) item.spot = null
  }
}

// A line as points in pixels, close enough together that none of it goes unseen.
function points(part, view) {
  const out = []
  for (let i = 0; i + 1 < part.length; i += 2) {
    const [x, y] = view.at([part[i], part[i + 1]])
    const [px, py] = out.at(-1) ?? [x, y]
    const steps = Math.min(40, Math.max(1, Math.ceil(Math.hypot(x - px, y - py) / COUNTRY_PX)))
    for (let step = 1; step <= steps; step++) out.push([px + ((x - px) * step) / steps, py + ((y - py) * step) / steps])
  }
  return out
}

// Labels without room are counted on the one that stands for their spot.
function countDropped(items) {
  const first = new Map()
  for (const item of items) {
    if (!item.row) continue
    const key = `${item.row.layer.id}|${item.x}|${item.y}`
    if (item.spot !== null && !first.has(key)) first.set(key, item)
  }
  for (const item of items) {
    if (!item.row || item.spot !== null) continue
    const standsFor = first.get(`${item.row.layer.id}|${item.x}|${item.y}`)
    if (standsFor) standsFor.more = (standsFor.more ?? 0) + 1
  }
}

// What the pointer can meet, the topmost first.
function hits(marks, spread, items) {
  const found = []
  for (const item of items) {
    if (item.kind === "chip" && item.spot !== null) {
      item.members.forEach((row, index) => found.push({ row, circle: [...chipIcon(item, index), 9] }))
    }
  }
  for (const { row, x, y } of [...spread.marks, ...marks]) found.push({ row, circle: [x, y, row.style.radius + 3] })
  for (const bubble of spread.bubbles) found.push({ bubble, circle: [bubble.x, bubble.y, bubble.r + 2] })
  for (const item of items) {
    if (!item.row) continue
    if (item.spot !== null) found.push({ row: item.row, box: item.spot.box })
    else if (item.kind === "card" || item.kind === "text") found.push({ row: item.row, circle: [item.x, item.y, 8] })
  }
  return found
}

function toSegment(x, y, ax, ay, bx, by) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length))
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay))
}

function meetsLine(row, view, x, y) {
  const { box, parts } = row.feature.shape
  const [w, n] = view.at([box[0], box[1]])
  const [e, s] = view.at([box[2], box[3]])
  if (x < w - 6 || x > e + 6 || y < n - 6 || y > s + 6) return Infinity
  let least = Infinity
  for (const part of parts) {
    for (let i = 0; i + 3 < part.length; i += 2) {
      const a = view.at([part[i], part[i + 1]])
      const b = view.at([part[i + 2], part[i + 3]])
      least = Math.min(least, toSegment(x, y, a[0], a[1], b[0], b[1]))
    }
  }
  return least
}

export function meet(laid, view, x, y) {
  for (const hit of laid.hits) {
    if (hit.circle && Math.hypot(hit.circle[0] - x, hit.circle[1] - y) <= hit.circle[2]) return hit
    if (hit.box && x >= hit.box[0] && x <= hit.box[2] && y >= hit.box[1] && y <= hit.box[3]) return hit
  }
  let best = null
  let least = 7
  for (const row of laid.lines) {
    const away = meetsLine(row, view, x, y)
    if (away < least) {
      least = away
      best = { row }
    }
  }
  return best
}
