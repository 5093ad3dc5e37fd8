// The own background: land, water, roads, rail and border, with what gives the eye a scale.

import { byZoom, outOfSight, trace, write } from "./canvas.mjs"
import { CLOSE_ZOOM } from "./layout.mjs"
import { look, typeface } from "./look.mjs"
import { measure } from "./text.mjs"

export function background(ctx, { scene, view, laid, tilesOn }) {
  const styles = scene.backgroundStyles
  const sketch = scene.background.schematic
  for (const shape of scene.background.shapes) {
    if (outOfSight(shape, view)) continue
    const style = styles[shape.kind]
    if (tilesOn && shape.kind === "rail") continue
    ctx.save()
    // A sketch of the line fades where it would be taken for the track itself.
    if (sketch && shape.kind === "rail")
      ctx.globalAlpha = Math.max(0, Math.min(1, (13.5 - view.zoom) / 1.5))
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
      ctx.globalAlpha = look.border_band_opacity
      ctx.lineWidth = look.border_band
      ctx.stroke()
      ctx.globalAlpha = 1
      ctx.strokeStyle = style.fill
      ctx.lineWidth = style.width
      ctx.setLineDash(style.dash)
      ctx.stroke()
    } else {
      const width = Math.min(
        look.widest_line,
        style.width * (shape.kind === "rail" ? 1 : byZoom(view.zoom)),
      )
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
  if (sketch && !tilesOn && view.zoom > CLOSE_ZOOM) distances(ctx, scene, view, laid.blocked)
}

// Close by, the sketch has no streets: circles of walking distance give the eye a scale.
function distances(ctx, scene, view, blocked) {
  ctx.save()
  ctx.globalAlpha = Math.min(1, (view.zoom - CLOSE_ZOOM) * 2)
  ctx.font = typeface("400 11.5px")
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
      ctx.strokeStyle = look.circle
      ctx.lineWidth = 1
      ctx.setLineDash([2, 5])
      ctx.stroke()
      const text =
        metres < 1000 ? `${metres} ${scene.texts.m}` : `${metres / 1000} ${scene.texts.km}`
      // At the top of its circle, or below it where a button stands.
      const [w, n] = [measure(ctx.font, text) / 2 + 4, 9]
      const under = blocked.some(
        (box) => x + w > box[0] && x - w < box[2] && y - r + n > box[1] && y - r - n < box[3],
      )
      write(ctx, text, x, under ? y + r : y - r, {
        font: ctx.font,
        fill: look.circle_name,
        halo: look.ground,
        align: "center",
      })
    }
  }
  ctx.restore()
}

// The names of the two countries on either side of the border, where it is straight enough to carry them.
function countries(ctx, border, scene, view) {
  const [west, east] = scene.background.countries
  if (!west || !east) return
  const style = scene.backgroundStyles.country_name
  const font = typeface("600 11px")
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
