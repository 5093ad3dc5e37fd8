// Streets, outlines and bands of a surface.

import { byZoom, follow, outOfSight, trace } from "./canvas.mjs"
import { look } from "./look.mjs"

// Bands of a surface, one on another: rings through the middles of their sides, since a grid knows no corners.
export function bands(ctx, rows, view) {
  ctx.save()
  ctx.lineJoin = "round"
  for (const { feature, style } of rows) {
    ctx.beginPath()
    for (const part of feature.shape.parts) {
      const points = []
      for (let i = 0; i + 3 < part.length; i += 2) points.push(view.at([part[i], part[i + 1]]))
      const middle = (index) => {
        const [[ax, ay], [bx, by]] = [
          points[index % points.length],
          points[(index + 1) % points.length],
        ]
        return [(ax + bx) / 2, (ay + by) / 2]
      }
      if (points.length < 3) continue
      ctx.moveTo(...middle(0))
      points.forEach((_, index) =>
        ctx.quadraticCurveTo(...points[(index + 1) % points.length], ...middle(index + 1)),
      )
      ctx.closePath()
    }
    ctx.globalAlpha = look.band_opacity
    ctx.fillStyle = style.fill
    ctx.fill("evenodd")
    ctx.globalAlpha = 1
    ctx.strokeStyle = style.stroke
    ctx.lineWidth = style.width
    ctx.stroke()
  }
  ctx.restore()
}

export function streets(ctx, { view, laid }) {
  const grow = byZoom(view.zoom)
  const rows = laid.lines.filter(
    ({ feature, style }) => style.shape !== "area" && !outOfSight(feature.shape, view),
  )
  ctx.save()
  ctx.lineCap = "round"
  ctx.lineJoin = "round"
  for (const casing of [true, false]) {
    for (const { feature, style, layer } of rows) {
      const width = Math.min(look.widest_line, style.width * (style.fixed ? 1 : grow))
      if (feature.widths) {
        ctx.setLineDash(style.dash)
        ctx.strokeStyle = casing ? style.stroke : style.fill
        feature.shape.parts.forEach((part, index) => {
          ctx.beginPath()
          follow(ctx, [part], view, false)
          ctx.lineWidth =
            Math.min(look.widest_line, feature.widths[index] * grow) + (casing ? look.casing : 0)
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
      ctx.lineWidth = width + (casing ? look.casing : 0)
      ctx.stroke()
    }
  }
  ctx.restore()
}

// A chosen street or area, under the marks that stand on it.
export function highlight(ctx, { view, laid, active }) {
  for (const row of laid.lines) {
    if (!active(row)) continue
    ctx.save()
    ctx.lineCap = ctx.lineJoin = "round"
    for (const [colour, width] of [
      [look.paper, 11],
      [look.selected, 8.5],
      [row.style.fill, 4],
    ]) {
      trace(ctx, row.feature.shape, view, false)
      ctx.strokeStyle = colour
      ctx.lineWidth = width
      ctx.stroke()
    }
    ctx.restore()
  }
}
