// Drawing on the canvases of the panes; everything in layer pixels.

import { nearest } from "./labels.mjs"
import { chipIcon, measure } from "./layout.mjs"
import { mark, ring, rounded } from "./marks.mjs"

function trace(ctx, shape, view, close) {
  ctx.beginPath()
  follow(ctx, shape.parts, view, close)
}

function follow(ctx, parts, view, close) {
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) {
      const x = part[i] * view.scale - view.ox
      const y = part[i + 1] * view.scale - view.oy
      if (i === 0) ctx.moveTo(x, y)
      else ctx.lineTo(x, y)
    }
    if (close) ctx.closePath()
  }
}

function outOfSight({ box }, view) {
  const [w, n, e, s] = view.worldBox
  return box[2] < w || box[0] > e || box[3] < n || box[1] > s
}

// Marks that stand close together shrink before they cover one another.
const smaller = (zoom) => Math.max(0.45, Math.min(1.5, 0.45 + (zoom - 14.5) * 0.3))
const byZoom = (zoom) => Math.max(0.4, Math.min(1, 0.4 + (zoom - 11.5) * 0.17))

export function background(ctx, { scene, view, tilesOn }) {
  const styles = scene.backgroundStyles
  const sketch = scene.background.schematic
  for (const shape of scene.background.shapes) {
    if (outOfSight(shape, view)) continue
    const style = styles[shape.kind]
    if (tilesOn && shape.kind === "rail") continue
    ctx.save()
    // A sketch of the line fades where it would be taken for the track itself.
    if (sketch && shape.kind === "rail") ctx.globalAlpha = Math.max(0, Math.min(1, (13.5 - view.zoom) / 1.5))
    ctx.lineJoin = "round"
    if (style.shape === "area") {
      trace(ctx, shape, view, true)
      ctx.fillStyle = style.fill
      ctx.fill("evenodd")
      if (style.width > 0) {
        ctx.strokeStyle = style.stroke
        ctx.lineWidth = style.width
        ctx.stroke()
      }
    } else if (shape.kind === "border") {
      trace(ctx, shape, view, false)
      ctx.strokeStyle = style.stroke
      ctx.globalAlpha = 0.55
      ctx.lineWidth = 9
      ctx.stroke()
      ctx.globalAlpha = 1
      ctx.strokeStyle = style.fill
      ctx.lineWidth = style.width
      ctx.setLineDash(style.dash)
      ctx.stroke()
    } else {
      const width = Math.min(scene.look.widestLine, style.width * (shape.kind === "rail" ? 1 : byZoom(view.zoom)))
      trace(ctx, shape, view, false)
      ctx.strokeStyle = style.stroke
      ctx.lineWidth = width + 1.4
      ctx.stroke()
      ctx.strokeStyle = style.fill
      ctx.lineWidth = width - 0.4
      ctx.setLineDash(style.dash)
      ctx.stroke()
    }
    ctx.restore()
  }
  const border = scene.background.shapes.find((shape) => shape.kind === "border")
  if (border) countries(ctx, border, scene, view)
  if (sketch && !tilesOn && view.zoom > 12.75) distances(ctx, scene, view)
}

// Close by, the sketch has no streets: circles of walking distance give the eye a scale.
function distances(ctx, scene, view) {
  const look = scene.look
  ctx.save()
  ctx.globalAlpha = Math.min(1, (view.zoom - 12.75) * 2)
  ctx.font = `400 11.5px '${look.font}', sans-serif`
  ctx.textAlign = "center"
  ctx.textBaseline = "middle"
  for (const town of scene.background.names) {
    if (town.abroad) continue
    const [x, y] = view.at(town.at)
    const latitude = Math.atan(Math.sinh(Math.PI * (1 - (2 * town.at[1]) / 256)))
    const pixelsPerMetre = (view.scale * 256) / (40075016.7 * Math.cos(latitude))
    for (const metres of [250, 500, 1000]) {
      const r = metres * pixelsPerMetre
      if (r < 34) continue
      ctx.beginPath()
      ctx.arc(x, y, r, 0, 2 * Math.PI)
      ctx.strokeStyle = "#cfc8ba"
      ctx.lineWidth = 1
      ctx.setLineDash([2, 5])
      ctx.stroke()
      const text = metres < 1000 ? `${metres} ${scene.texts.m}` : `${metres / 1000} ${scene.texts.km}`
      write(ctx, text, x, y - r, { font: ctx.font, fill: "#7a7365", halo: look.ground, align: "center" })
    }
  }
  ctx.restore()
}

// The names of the two countries on either side of the border, where it is straight enough to carry them.
function countries(ctx, border, scene, view) {
  const [west, east] = scene.background.countries
  if (!west || !east) return
  const style = scene.backgroundStyles.country_name
  const font = `600 11px '${scene.look.font}', sans-serif`
  ctx.save()
  ctx.font = font
  ctx.letterSpacing = "2.5px"
  ctx.textAlign = "center"
  ctx.textBaseline = "middle"
  ctx.fillStyle = style.fill
  const span = Math.max(measure(font, west.name), measure(font, east.name)) + 50
  for (const part of border.parts) {
    let walked = span
    for (let i = 0; i + 3 < part.length; i += 2) {
      const [ax, ay] = view.at([part[i], part[i + 1]])
      let j = i + 2
      while (j + 1 < part.length) {
        const [px, py] = view.at([part[j], part[j + 1]])
        if (Math.hypot(px - ax, py - ay) >= span) break
        j += 2
      }
      if (j + 1 >= part.length) break
      const [nx, ny] = view.at([part[i + 2], part[i + 3]])
      walked += Math.hypot(nx - ax, ny - ay)
      if (walked < 420) continue
      const [bx, by] = view.at([part[j], part[j + 1]])
      const length = Math.hypot(bx - ax, by - ay)
      let worst = 0
      for (let k = i + 2; k < j; k += 2) {
        const [px, py] = view.at([part[k], part[k + 1]])
        worst = Math.max(worst, Math.abs((px - ax) * (by - ay) - (py - ay) * (bx - ax)) / length)
      }
      if (worst > 9) continue
      let turn = Math.atan2(by - ay, bx - ax)
      if (Math.cos(turn) < 0) turn += Math.PI
      // Germany lies east: on the right of a border that runs south, so on the side where x grows.
      const side = Math.sin(turn) > 0 ? -1 : 1
      ctx.save()
      ctx.translate((ax + bx) / 2, (ay + by) / 2)
      ctx.rotate(turn)
      ctx.fillText(east.name.toUpperCase(), 0, side * 15)
      ctx.fillText(west.name.toUpperCase(), 0, -side * 15)
      ctx.restore()
      walked = 0
    }
  }
  ctx.restore()
}

// Bands of a surface, one on another: rings through the middles of their sides, since a grid knows no corners.
function bands(ctx, rows, { look }, view) {
  ctx.save()
  ctx.lineJoin = "round"
  for (const { feature, style } of rows) {
    ctx.beginPath()
    for (const part of feature.shape.parts) {
      const points = []
      for (let i = 0; i + 3 < part.length; i += 2) points.push(view.at([part[i], part[i + 1]]))
      const middle = (index) => {
        const [[ax, ay], [bx, by]] = [points[index % points.length], points[(index + 1) % points.length]]
        return [(ax + bx) / 2, (ay + by) / 2]
      }
      if (points.length < 3) continue
      ctx.moveTo(...middle(0))
      points.forEach((_, index) => ctx.quadraticCurveTo(...points[(index + 1) % points.length], ...middle(index + 1)))
      ctx.closePath()
    }
    ctx.globalAlpha = look.bandOpacity
    ctx.fillStyle = style.fill
    ctx.fill("evenodd")
    ctx.globalAlpha = 1
    ctx.strokeStyle = style.stroke
    ctx.lineWidth = style.width
    ctx.stroke()
  }
  ctx.restore()
}

export function streets(ctx, { scene, view, laid }) {
  const grow = byZoom(view.zoom)
  const rows = laid.lines.filter(({ feature, style }) => style.shape !== "area" && !outOfSight(feature.shape, view))
  ctx.save()
  ctx.lineCap = "round"
  ctx.lineJoin = "round"
  for (const casing of [true, false]) {
    for (const { feature, style, layer } of rows) {
      const width = Math.min(scene.look.widestLine, style.width * (style.fixed ? 1 : grow))
      if (feature.widths) {
        ctx.setLineDash(style.dash)
        ctx.strokeStyle = casing ? style.stroke : style.fill
        feature.shape.parts.forEach((part, index) => {
          ctx.beginPath()
          follow(ctx, [part], view, false)
          ctx.lineWidth = Math.min(scene.look.widestLine, feature.widths[index] * grow) + (casing ? 1.6 : 0)
          ctx.stroke()
        })
        continue
      }
      trace(ctx, feature.shape, view, layer.kind === "area")
      ctx.setLineDash(style.dash)
      if (layer.kind === "area" && casing) {
        ctx.fillStyle = style.fill
        ctx.globalAlpha = 0.25
        ctx.fill("evenodd")
        ctx.globalAlpha = 1
      }
      ctx.strokeStyle = casing ? style.stroke : style.fill
      ctx.lineWidth = casing ? width + 1.6 : width
      ctx.stroke()
    }
  }
  ctx.restore()
}

export function retail(ctx, { scene, view, laid, tilesOn }) {
  bands(ctx, laid.lines.filter(({ feature, style }) => style.shape === "area" && !outOfSight(feature.shape, view)), scene, view)
  for (const item of laid.items) {
    if (item.kind === "town") dot(ctx, item)
    if (item.kind === "around" && item.spot !== null && !tilesOn) placeAround(ctx, item, scene.look)
  }
  for (const { row, x, y } of laid.marks) if (row.style.shape === "hatched") mark(ctx, row.style, x, y)
}

export function spots(ctx, { scene, view, laid }) {
  for (const { row, x, y } of laid.marks) if (row.style.shape === "dot" || row.style.shape === "station") mark(ctx, row.style, x, y)
  for (const { row, x, y } of laid.marks) if (row.style.fixed) mark(ctx, row.style, x, y, smaller(view.zoom))
  const { legs, marks, bubbles } = laid.spread
  ctx.save()
  ctx.strokeStyle = "#6d7480"
  ctx.lineWidth = 1
  for (const [ax, ay, bx, by] of legs) {
    ctx.beginPath()
    ctx.moveTo(ax, ay)
    ctx.lineTo(bx, by)
    ctx.stroke()
  }
  ctx.fillStyle = "#4b525c"
  for (const [ax, ay] of legs) {
    ctx.beginPath()
    ctx.arc(ax, ay, 1.8, 0, 2 * Math.PI)
    ctx.fill()
  }
  ctx.restore()
  const [left, top] = view.at(view.worldBox)
  const [right, bottom] = view.at(view.worldBox.slice(2))
  for (const { row, x, y } of marks) {
    if (x > left - 20 && x < right + 20 && y > top - 20 && y < bottom + 20) mark(ctx, row.style, x, y)
  }
  for (const bubble of bubbles) {
    ctx.save()
    ctx.beginPath()
    ctx.arc(bubble.x, bubble.y, bubble.r, 0, 2 * Math.PI)
    ctx.fillStyle = "rgba(255,255,255,0.94)"
    ctx.fill()
    ctx.strokeStyle = scene.look.heading
    ctx.lineWidth = 1.6
    ctx.stroke()
    ctx.fillStyle = scene.look.heading
    ctx.font = `600 13px '${scene.look.font}', sans-serif`
    ctx.textAlign = "center"
    ctx.textBaseline = "middle"
    ctx.fillText(String(bubble.members.length), bubble.x, bubble.y + 0.5)
    ctx.restore()
  }
}

function write(ctx, text, x, y, { font, fill, halo = null, haloWidth = 3.5, align = "left" }) {
  ctx.font = font
  ctx.textAlign = align
  ctx.textBaseline = "middle"
  if (halo !== null) {
    ctx.lineJoin = "round"
    ctx.strokeStyle = halo
    ctx.lineWidth = haloWidth
    ctx.strokeText(text, x, y)
  }
  ctx.fillStyle = fill
  ctx.fillText(text, x, y)
}

function leader(ctx, item, colour) {
  const [tx, ty] = nearest(item.spot.box, item.x, item.y)
  const away = Math.hypot(tx - item.x, ty - item.y)
  if (away < 3) return
  const cut = Math.min(away, item.kind === "card" || item.kind === "chip" ? 3 : item.r) / away
  ctx.save()
  ctx.strokeStyle = colour
  ctx.lineWidth = 1
  ctx.beginPath()
  ctx.moveTo(item.x + (tx - item.x) * cut, item.y + (ty - item.y) * cut)
  ctx.lineTo(tx, ty)
  ctx.stroke()
  ctx.restore()
}

function panel(ctx, [w, n, e, s], { stroke, dash = [], width = 1, alpha = 0.95 }) {
  ctx.save()
  rounded(ctx, w, n, e - w, s - n, 4)
  ctx.shadowColor = "rgba(20,33,61,0.16)"
  ctx.shadowBlur = 5
  ctx.shadowOffsetY = 1
  ctx.fillStyle = `rgba(255,255,255,${alpha})`
  ctx.fill()
  ctx.shadowColor = "transparent"
  ctx.setLineDash(dash)
  ctx.strokeStyle = stroke
  ctx.lineWidth = width
  ctx.stroke()
  ctx.restore()
}

function dot(ctx, item) {
  ctx.beginPath()
  ctx.arc(item.x, item.y, 3, 0, 2 * Math.PI)
  ctx.fillStyle = "#ffffff"
  ctx.fill()
  ctx.strokeStyle = "#6b655a"
  ctx.lineWidth = 1.4
  ctx.stroke()
}

function placeAround(ctx, item, look) {
  const [w, n, e, s] = item.spot.box
  ctx.beginPath()
  ctx.arc(item.x, item.y, 1.9, 0, 2 * Math.PI)
  ctx.fillStyle = "#8a8272"
  ctx.fill()
  write(ctx, item.place.name, (w + e) / 2, (n + s) / 2 + 0.5, { font: item.font, fill: "#6b655a", halo: look.ground, haloWidth: 2, align: "center" })
}

function town(ctx, item, look) {
  if (item.spot === null) return
  const [w, n, e, s] = item.spot.box
  write(ctx, item.town.name, (w + e) / 2, (n + s) / 2 + 0.5, {
    font: item.font,
    fill: item.town.abroad ? "#6b655a" : "#3d3a34",
    halo: look.ground,
    haloWidth: 3,
    align: "center",
  })
}

function chip(ctx, item, look, active) {
  const [w, n] = item.spot.box
  panel(ctx, item.spot.box, { stroke: "#6d7480", dash: [3, 3] })
  const [tx, ty] = item.beside ? [w + 8 + item.perLine * 17, n + item.h / 2 + 0.5] : [w + 9, n + 12]
  write(ctx, item.text, tx, ty, { font: `400 12px '${look.font}', sans-serif`, fill: look.quiet })
  item.members.forEach((row, index) => {
    const [x, y] = chipIcon(item, index)
    if (active(row)) ring(ctx, x, y, row.style.radius + 3, look.selected, 2.5)
    mark(ctx, row.style, x, y)
  })
}

function label(ctx, item, look, active) {
  const chosen = active(item.row)
  if (item.spot === null) {
    if (item.kind === "card" && (item.bare || chosen)) panel(ctx, [item.x - 5, item.y - 4, item.x + 5, item.y + 4], { stroke: chosen ? look.selected : "#5b6470", width: chosen ? 2.5 : 1 })
    return
  }
  const [w, n] = item.spot.box
  const carded = item.kind === "card"
  if (carded) panel(ctx, item.spot.box, { stroke: chosen ? look.heading : "#b9c0c9", width: chosen ? 2 : 1 })
  if (carded && chosen) {
    ctx.fillStyle = look.selected
    rounded(ctx, w, n, 4, item.h, [4, 0, 0, 4])
    ctx.fill()
  }
  let y = n + (carded ? 4 : 0)
  item.rows.forEach((row, index) => {
    write(ctx, row.text, w + (carded ? 8 : 2), y + row.height / 2 + 0.5, {
      font: row.font,
      fill: index > 0 || item.back ? "#4d545e" : item.kind === "hatched" ? "#54216f" : look.ink,
      halo: carded ? null : look.halo,
    })
    y += row.height
  })
  if (item.more) more(ctx, item, look)
}

function more(ctx, item, look) {
  const [, n, e] = item.spot.box
  const text = `+${item.more}`
  const font = `600 11px '${look.font}', sans-serif`
  const w = measure(font, text) + 9
  ctx.save()
  rounded(ctx, e - w + 6, n - 8, w, 16, 8)
  ctx.fillStyle = look.heading
  ctx.fill()
  write(ctx, text, e - w / 2 + 6, n + 0.5, { font, fill: "#ffffff", align: "center" })
  ctx.restore()
}

// A chosen street or area, under the marks that stand on it.
export function highlight(ctx, { scene: { look }, view, laid, active }) {
  for (const row of laid.lines) {
    if (!active(row)) continue
    ctx.save()
    ctx.lineCap = ctx.lineJoin = "round"
    for (const [colour, width] of [["#ffffff", 11], [look.selected, 8.5], [row.style.fill, 4]]) {
      trace(ctx, row.feature.shape, view, false)
      ctx.strokeStyle = colour
      ctx.lineWidth = width
      ctx.stroke()
    }
    ctx.restore()
  }
}

export function labels(ctx, { scene, laid, active }) {
  const { look } = scene
  for (const { row, x, y } of [...laid.marks, ...laid.spread.marks]) {
    if (!active(row)) continue
    ring(ctx, x, y, row.style.radius + 4.5, look.selected, 3)
    mark(ctx, row.style, x, y)
  }
  // All leaders first, so that none runs over a label.
  for (const item of laid.items) {
    if (item.kind === "town" || item.kind === "around" || item.spot === null) continue
    if (item.kind === "card" || item.spot.leader) leader(ctx, item, "#8a929c")
  }
  for (const item of laid.items) {
    if (item.kind === "town") town(ctx, item, look)
    else if (item.kind === "chip") item.spot !== null && chip(ctx, item, look, active)
    else if (item.kind !== "around") label(ctx, item, look, active)
  }
}
