// A small picture of the region with the part in view.

import { look, typeface } from "./look.mjs"
import { toWorld } from "./scene.mjs"
import { element } from "./table.mjs"

const INSET = { width: 150, height: 128 }

// A small picture of the region with the part in view; hidden while that part is most of it.
export class Inset {
  constructor(scene, say) {
    this.scene = scene
    this.root = element("canvas", "inset", null, { role: "img", "aria-label": say("inset") })
    const fine = Math.max(1, window.devicePixelRatio || 1)
    this.root.width = INSET.width * fine
    this.root.height = INSET.height * fine
    this.ctx = this.root.getContext("2d")
    this.ctx.scale(fine, fine)
    const [west, south, east, north] = scene.home
    const [w, s] = toWorld(west, south)
    const [e, n] = toWorld(east, north)
    this.scale = Math.min(INSET.width / (e - w), INSET.height / (s - n)) * 0.74
    this.ox = ((w + e) / 2) * this.scale - INSET.width / 2
    this.oy = ((n + s) / 2) * this.scale - INSET.height / 2
    this.still = null
  }

  at([x, y]) {
    return [x * this.scale - this.ox, y * this.scale - this.oy]
  }

  ground() {
    const { ctx, scene } = this
    const styles = scene.backgroundStyles
    ctx.fillStyle = look.ground
    ctx.fillRect(0, 0, INSET.width, INSET.height)
    for (const shape of scene.background.shapes) {
      const style = styles[shape.kind]
      if (!["land_nl", "land_de", "water", "border"].includes(shape.kind)) continue
      ctx.beginPath()
      for (const part of shape.parts) {
        for (let i = 0; i < part.length; i += 2) {
          const [x, y] = this.at([part[i], part[i + 1]])
          if (i === 0) ctx.moveTo(x, y)
          else ctx.lineTo(x, y)
        }
      }
      if (style.shape === "area") {
        ctx.fillStyle = style.fill
        ctx.fill("evenodd")
      } else {
        ctx.strokeStyle = style.fill
        ctx.lineWidth = 1
        ctx.stroke()
      }
    }
  }

  names() {
    const { ctx, scene } = this
    ctx.font = typeface("400 10px")
    ctx.textBaseline = "middle"
    const towns = scene.background.names
      .map((town) => ({ ...town, spot: this.at(town.at) }))
      .filter(({ spot: [x, y] }) => x > 4 && y > 4 && x < INSET.width - 4 && y < INSET.height - 4)
    const taken = towns.map(({ spot: [x, y] }) => [x - 3, y - 3, x + 3, y + 3])
    for (const { name, abroad, spot } of towns) {
      const [x, y] = spot
      ctx.beginPath()
      ctx.arc(x, y, 1.8, 0, 2 * Math.PI)
      ctx.fillStyle = look.inset_dot
      ctx.fill()
      if (abroad) continue
      // Beside the dot, else above or below it; a name without room is left out, its dot stays.
      const wide = ctx.measureText(name).width
      const free = [
        [x + 7, y],
        [x - 7 - wide, y],
        [x - wide / 2, y - 10],
        [x - wide / 2, y + 10],
      ].find(([left, middle]) => {
        const box = [left, middle - 5, left + wide, middle + 5]
        const inside =
          box[0] > 1 && box[1] > 1 && box[2] < INSET.width - 1 && box[3] < INSET.height - 1
        return (
          inside &&
          !taken.some(
            (one) => box[0] < one[2] && one[0] < box[2] && box[1] < one[3] && one[1] < box[3],
          )
        )
      })
      if (free === undefined) continue
      taken.push([free[0], free[1] - 5, free[0] + wide, free[1] + 5])
      ctx.fillText(name, free[0], free[1])
    }
  }

  show([w, n, e, s]) {
    const [left, top] = this.at([w, n])
    const [right, bottom] = this.at([e, s])
    this.root.hidden = right - left > INSET.width * 0.62 || bottom - top > INSET.height * 0.62
    if (this.root.hidden) return
    this.ground()
    const { ctx } = this
    const width = Math.max(6, right - left)
    const height = Math.max(6, bottom - top)
    const x = (left + right - width) / 2
    const y = (top + bottom - height) / 2
    ctx.fillStyle = `${look.heading}24`
    ctx.fillRect(x, y, width, height)
    ctx.strokeStyle = look.heading
    ctx.lineWidth = 1.6
    ctx.strokeRect(x, y, width, height)
    this.names()
  }
}
