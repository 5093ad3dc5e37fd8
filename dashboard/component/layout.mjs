// Where everything visible stands at one zoom: marks, fans, chips and labels.

import { chips } from "./chips.mjs"
import { hits } from "./hits.mjs"
import { place } from "./labels.mjs"
import { STREET_NAMES_FROM_ZOOM } from "./names.mjs"
import { spreadOut } from "./spread.mjs"
import { stack } from "./stacks.mjs"
import { fonts, lines, measure, sized } from "./text.mjs"

// From here on the sketch has streets nor rails to find one's way by.
export const CLOSE_ZOOM = 12.75
const NARROW_PX = 520
const NAMES_FROM_ZOOM = 13.5
const MOST_NAMES = 200
// How far from the border the names of the countries reach.
const COUNTRY_PX = 22
// Marks that stand where they are; small dots may be written over.
const SMALL = new Set(["dot", "up", "down"])
const FIXED = new Set(["hatched", "station", ...SMALL])
const CLUSTERED = new Set(["circle", "square", "diamond"])
const stays = ({ style }) => style.fixed || !CLUSTERED.has(style.shape)

// A town whose name already stands there as a label is not named twice; where streets have their names, that of the
// town would only cover one.
function towns(scene, view, type, labelled, rows) {
  if (view.zoom >= STREET_NAMES_FROM_ZOOM && rows.some(({ feature }) => feature.widths)) return []
  return scene.background.names
    .map((town) => {
      const [x, y] = view.at(town.at)
      const font = town.abroad ? type.abroad : type.town
      return {
        kind: "town",
        key: `town:${town.name}`,
        town,
        x,
        y,
        r: 4,
        font,
        w: measure(font, town.name) + 6,
        h: 20,
        reach: town.abroad ? [0, 8] : [0, 8, 14, 20, 30, 40],
        sides: [
          [0, -1],
          [0.8, -0.6],
          [-0.8, -0.6],
          [0, 1],
          [0.8, 0.6],
          [-0.8, 0.6],
          [1, 0],
          [-1, 0],
        ],
      }
    })
    .filter(
      ({ town, x, y }) =>
        !labelled.some(
          (mark) => mark.row.feature.name === town.name && Math.hypot(mark.x - x, mark.y - y) < 12,
        ),
    )
}

// Places around, and close by the stations, for orientation: only where nothing else stands.
function around(scene, view, type, [w, n, e, s], marks) {
  const { around: places, stations } = scene.background
  return (view.zoom > CLOSE_ZOOM ? [...stations, ...places] : places)
    .map((name) => {
      const [x, y] = view.at(name.at)
      return {
        kind: "around",
        key: `around:${name.name}`,
        place: name,
        x,
        y,
        r: 1,
        font: type.around,
        w: measure(type.around, name.name) + 4,
        h: 15,
        reach: [0],
      }
    })
    .filter(({ x, y }) => x > w && x < e && y > n && y < s)
    .filter(({ x, y }) => !marks.some((mark) => Math.hypot(mark.x - x, mark.y - y) < 12))
}

const ORDER = { card: 0, hatched: 1, dot: 1.5, up: 1.5, down: 1.5, station: 2, text: 3, name: 4 }

// The label of one mark, null where it has none; a fanned or lone initiative is named by its name.
function labelItem({ row, x, y, spread, shared }, view, type, narrow) {
  const { style, feature } = row
  const nameOnly = spread && (shared || feature.label === null)
  // Marks that share a spot are named close by only: further out a single name would stand for all.
  if (nameOnly && view.zoom < NAMES_FROM_ZOOM) return null
  const text = feature.label ?? (spread ? feature.name : null)
  // An empty label keeps a mark without a name.
  if (!text) return null
  const kind = spread ? "name" : style.shape
  // The names of a classed layer stand back for those of what its classes are about.
  const back = row.layer.classed === true
  const first = back ? type.plain : spread ? type.name : type.bold
  const rows = lines(text, type, { first, narrow })
  const [padX, padY] = kind === "card" ? [8, 4] : [2, 0]
  return {
    kind,
    back,
    key: `${row.layer.id}:${feature.id}`,
    row,
    rows,
    x,
    y,
    r: kind === "text" || kind === "card" ? 5 : style.radius + 1,
    ...sized(rows, padX, padY),
    reach: nameOnly ? [0] : undefined,
  }
}

function labelItems(placed, view, type, narrow) {
  const items = placed.map((mark) => labelItem(mark, view, type, narrow))
  return items
    .filter((item) => item !== null)
    .sort((a, b) => ORDER[a.kind] + Number(a.back) - ORDER[b.kind] - Number(b.back))
}

// What no label may cover; small dots without a name may be written over.
function occupiedBoxes(marks, spread, townItems) {
  const box = ({ x, y }, r) => [x - r, y - r, x + r, y + r]
  return [
    ...spread.marks.map((mark) => box(mark, mark.row.style.radius + 1)),
    ...spread.bubbles.map((bubble) => box(bubble, bubble.r)),
    ...marks
      .filter(({ row }) => !SMALL.has(row.style.shape) || row.feature.label !== null)
      .map((mark) => box(mark, mark.row.style.radius)),
    ...townItems.map((town) => box(town, 3)),
  ]
}

function markOf(row, view) {
  const [x, y] = view.at(row.feature.at)
  return { row, x, y }
}

// Everything written, each item with its spot; the figures of one town share a card where there is room for it.
function arrange(labelled, { first, between, last }, rules, before) {
  const withSpots = (cards) => {
    const figures = cards.filter(({ kind }) => kind !== "text")
    const words = cards.filter(({ kind }) => kind === "text")
    const items = [...first, ...figures, ...between, ...words, ...last]
    for (const item of items) item.before = before?.get(item.key)
    const spots = place(items, rules)
    for (const [index, item] of items.entries()) item.spot = spots[index]
    return items
  }
  const stacked = stack(labelled)
  const items = withSpots(stacked)
  const lost = ({ parts, spot }) => parts && spot === null
  if (!stacked.some(lost)) return items
  return withSpots(stacked.flatMap((card) => (lost(card) ? card.parts : [card])))
}

export function layout({ scene, shown, view, frame, blocked, say, open, before }) {
  const narrow = frame[2] - frame[0] < NARROW_PX
  const type = fonts()
  const rows = shown.flatMap((entry) => entry.rows).filter((row) => row.feature.at !== null)
  const pointRows = rows.filter((row) => row.layer.kind === "point")
  const townLevel = pointRows.filter((row) => row.style.town)
  const still = pointRows
    .filter((row) => !row.style.town && stays(row))
    .map((row) => markOf(row, view))
  const marks = still.filter(({ row }) => FIXED.has(row.style.shape))
  const spread = spreadOut(
    pointRows.filter((row) => !row.style.town && !stays(row)),
    view,
    open,
    marks,
  )
  const townItems = towns(scene, view, type, marks, rows)
  const occupied = occupiedBoxes(marks, spread, townItems)
  const named = spread.marks.length <= MOST_NAMES ? spread.marks : []
  const spreadLabels = labelItems(
    named.map((mark) => ({ ...mark, spread: true })),
    view,
    type,
    narrow,
  )
  const items = arrange(
    labelItems(still, view, type, narrow),
    {
      first: townItems,
      between: chips(townLevel, view, say, type, narrow),
      last: [...spreadLabels, ...around(scene, view, type, frame, marks)],
    },
    { frame, blocked, marks: occupied, furthest: narrow ? 46 : 106 },
    before,
  )
  hideCovered(items, scene, view)
  countDropped(items)
  for (const item of items)
    item.bare =
      item.spot === null && !marks.some(({ x, y }) => Math.hypot(item.x - x, item.y - y) < 9)
  const choices = new Map(
    items.filter((item) => item.spot !== null).map((item) => [item.key, item.spot.choice]),
  )
  const all = [...marks, ...still.filter(({ row }) => row.style.fixed)]
  return {
    blocked,
    choices,
    marks: all,
    spread,
    items,
    lines: rows.filter((row) => row.layer.kind !== "point"),
    hits: hits(all, spread, items),
  }
}

// A place around whose dot lies under another label would name nothing; along the border stand the names of the countries.
function hideCovered(items, scene, view) {
  const boxes = items
    .filter((item) => item.kind !== "around" && item.spot !== null)
    .map((item) => item.spot.box)
  const border = scene.background.shapes
    .filter(({ kind }) => kind === "border")
    .flatMap(({ parts }) => parts)
  const along = border.flatMap((part) => points(part, view))
  const within = (x, y, [w, n, e, s], room) =>
    x > w - room && x < e + room && y > n - room && y < s + room
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
    for (let step = 1; step <= steps; step++)
      out.push([px + ((x - px) * step) / steps, py + ((y - py) * step) / steps])
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
