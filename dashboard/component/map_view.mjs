// A map and its table in one frame: laid out, drawn and pointed at. Its host makes the Leaflet map and hears of choices.

import { background } from "./background.mjs"
import { labels, retail, spots } from "./draw.mjs"
import { Legend, Tooltip, button } from "./frame.mjs"
import { hitAt } from "./hits.mjs"
import { layout } from "./layout.mjs"
import { highlight, streets } from "./lines.mjs"
import { dress, typeface } from "./look.mjs"
import { names } from "./names.mjs"
import { drawn, shown, words } from "./scene.mjs"
import { L, Sheet, reducedMotion } from "./sheet.mjs"
import { partsOf } from "./stacks.mjs"
import { Table, element } from "./table.mjs"
import { forgetWidths } from "./text.mjs"

// What every drawing is given, from the ground up: one pane and one canvas each.
const DRAWINGS = {
  background,
  edge_retail: retail,
  streets,
  highlight,
  names,
  initiatives: spots,
  labels,
}

const FIGURES = new Set(["card", "station", "text"])
// What stands over the map at a fixed spot, besides the buttons.
const FIXED = ".leaflet-control, .inset:not([hidden])"

export class MapView {
  constructor(parent, canvas = element("div", "map")) {
    this.parent = parent
    this.canvas = canvas
    this.selected = null
    this.open = null
    this.shown = []
    this.free = []
    this.tilesOn = false
    this.root = element("div", "map-view")
  }

  // Builds frame and map of a scene; `stylesheets` are promises of what must be there before anything is measured.
  async start(scene, stylesheets = []) {
    this.scene = scene
    const own = words(scene)
    // A message may say what the classes stand for now.
    this.say = (key, gaps) => this.message?.words?.[key] ?? own(key, gaps)
    dress(this.root)
    this.root.lang = scene.lang
    document.documentElement.lang = scene.lang
    this.build()
    const fonts = ["400 13px", "600 13px", "400 italic 13px"].map(typeface)
    await Promise.all([
      ...stylesheets,
      ...fonts.map((font) => document.fonts.load(font).catch(() => [])),
    ])
    forgetWidths()
    this.parent.append(this.root)
    this.map = this.leafletMap()
    this.makePanes()
    this.wire()
  }

  build() {
    const { say, scene } = this
    this.canvas.setAttribute("role", "application")
    this.canvas.setAttribute("aria-describedby", "map-keys")
    this.canvas.tabIndex = 0
    this.tools = element("div", "tools")
    this.tools.append(
      button("tool", "+", () => this.map.zoomIn(), say("zoom_in")),
      button("tool", "−", () => this.map.zoomOut(), say("zoom_out")),
    )
    for (const view of ["home", "edge"]) {
      if (!scene[view]) continue
      const go = () => this.go(scene[view])
      this.tools.append(
        button("tool wide", say(`show_${view}`), go),
        button("tool short", say(`${view}_short`), go, say(`show_${view}`)),
      )
    }
    this.empty = element("p", "empty")
    this.empty.hidden = true
    this.legend = new Legend(say)
    this.table = new Table({
      say,
      choose: (row) => this.choose(row, false),
      point: (row) => this.hover(row, true),
    })
    this.frame = element("div", "frame")
    this.frame.append(this.canvas, this.tools, this.empty)
    this.main = element("section", "main")
    const keys = element("p", "unseen", say("map_keys"), { id: "map-keys" })
    this.hidden = element("p", "hidden-figures")
    this.hidden.hidden = true
    this.main.append(this.frame, keys, this.legend.root, this.hidden)
    const grid = element("div", "grid")
    grid.append(this.main, this.table.root)
    this.root.replaceChildren(grid)
  }

  makePanes() {
    const { map } = this
    this.sheets = Object.entries(DRAWINGS).map(([name, draw], index) => {
      const pane = map.createPane(name)
      pane.style.zIndex = String(index === 0 ? 150 : 400 + index * 10)
      pane.style.pointerEvents = "none"
      return new Sheet((ctx) => draw(ctx, this.picture()), { pane: name })
    })
    // What shows which mark is chosen or pointed at.
    this.litSheets = this.sheets.filter(
      ({ options: { pane } }) => pane === "highlight" || pane === "labels",
    )
    this.tip = new Tooltip(map)
  }

  wire() {
    const { map } = this
    map.on("moveend", () => this.settle())
    map.on("click", (event) => this.click(event))
    map.on("mousemove", (event) => this.pointTo(event))
    map.on("mouseout", () => this.hover(null, false))
    map.on("zoomstart movestart", () => this.tip.hide())
    // The wheel scrolls the page until the reader has taken hold of the map.
    map.on("mousedown focus", () => map.scrollWheelZoom.enable())
    map.on("mouseout blur", () => map.scrollWheelZoom.disable())
    this.canvas.addEventListener("keydown", ({ key, target }) => {
      if (key === "Escape") this.choose(null, true)
      // The spot in the middle of the map, where the style sheet draws a cross.
      if (key === "Enter" && this.message.pick && target === this.canvas) {
        const { lng, lat } = map.getCenter()
        this.send("pick", { lon: lng, lat })
      }
    })
    this.observer = new ResizeObserver(() => {
      // On its way out the map has no size; where it was looking stays what it was.
      if (this.canvas.clientWidth > 0 && this.canvas.clientHeight > 0) this.resize()
    })
    this.observer.observe(this.canvas)
  }

  resize() {
    this.map.invalidateSize({ pan: false, animate: false })
    this.stale()
    this.draw()
  }

  // What the drawing needs: the view in numbers and the marks laid out for this zoom.
  picture() {
    const { map } = this
    const zoom = map.getZoom()
    const origin = map.getPixelOrigin()
    const scale = 2 ** zoom
    const { min, max } = this.sheets[0]._bounds
    const view = {
      zoom,
      scale,
      ox: origin.x,
      oy: origin.y,
      at: ([x, y]) => [x * scale - origin.x, y * scale - origin.y],
      worldBox: [
        (min.x + origin.x) / scale,
        (min.y + origin.y) / scale,
        (max.x + origin.x) / scale,
        (max.y + origin.y) / scale,
      ],
    }
    const from = map.containerPointToLayerPoint([0, 0])
    const key = `${zoom}|${origin.x}|${origin.y}|${from.x}|${from.y}|${this.open}`
    if (this.laid?.key !== key) {
      // Labels keep their side while the zoom stays; a new zoom is a new picture.
      const before = this.laid?.zoom === zoom ? this.laid.choices : undefined
      const size = map.getSize()
      const box = (node) => {
        const outer = this.frame.getBoundingClientRect()
        const { left: x, top: y, right, bottom } = node.getBoundingClientRect()
        return [
          x - outer.left + from.x,
          y - outer.top + from.y,
          right - outer.left + from.x,
          bottom - outer.top + from.y,
        ]
      }
      const fixed = [...this.tools.children, ...this.frame.querySelectorAll(FIXED)]
      this.laid = layout({
        scene: this.scene,
        shown: [...this.shown, ...this.free],
        view,
        frame: [from.x + 6, from.y + 6, from.x + size.x - 6, from.y + size.y - 6],
        blocked: fixed.map(box),
        say: this.say,
        open: this.open,
        before,
      })
      this.laid.key = key
      this.laid.zoom = zoom
      this.tellHidden([from.x, from.y, from.x + size.x, from.y + size.y])
    }
    return {
      scene: this.scene,
      view,
      laid: this.laid,
      tilesOn: this.tilesOn,
      active: (row) => this.isActive(row),
    }
  }

  // How many figures in sight found no room for their label.
  tellHidden([w, n, e, s]) {
    const hidden = this.laid.items
      .filter(
        ({ kind, spot, x, y }) =>
          FIGURES.has(kind) && spot === null && x > w && x < e && y > n && y < s,
      )
      .flatMap(partsOf).length
    this.hidden.hidden = hidden === 0
    this.hidden.textContent = this.say(hidden === 1 ? "hidden_one" : "hidden", { n: hidden })
  }

  isChosen({ layer, feature }) {
    return this.selected !== null && `${layer.id}:${feature.id}` === this.selected.join(":")
  }

  isActive(row) {
    return this.isChosen(row) || `${row.layer.id}:${row.feature.id}` === this.hoveredKey
  }

  // Lay out again at the next drawing.
  stale() {
    if (this.laid) this.laid.key = null
  }

  light() {
    for (const sheet of this.litSheets ?? []) sheet.redraw()
  }

  draw() {
    for (const sheet of this.sheets) sheet.redraw()
  }

  // `message` says what is shown now; `send` hears of choices.
  receive(message, send) {
    this.send = send
    this.message = message
    this.root.classList.toggle("compact", message.compact === true)
    this.canvas.classList.toggle("picks", message.pick === true)
    this.canvas.setAttribute("aria-label", message.name)
    this.shown = shown(this.scene, message.codes, message.changes)
    this.free = drawn(this.scene, message.drawn)
    this.selected = message.selected
    this.stale()
    if (message.goto && message.goto[0] !== this.gone && message.tab) this.table.tab = message.tab
    this.table.show(this.shown, this.selected)
    this.legend.show([...this.shown, ...this.free])
    this.empty.hidden = this.shown.some(({ rows }) => rows.length > 0)
    this.empty.textContent = this.say(this.shown.length === 0 ? "no_layers" : "nothing")
    if (!this.sheets[0]._map) {
      this.openView(message)
      for (const sheet of this.sheets) sheet.addTo(this.map)
      this.settle()
    } else {
      if (message.goto && message.goto[0] !== this.gone) this.go(message.goto.slice(1))
      this.draw()
    }
    if (message.goto) this.gone = message.goto[0]
    if (this.selected) this.table.reveal(this.selected.join(":"))
    this.ready(message.revision)
  }

  fit([west, south, east, north], roomy) {
    const pad = roomy ? Math.min(28, this.map.getSize().x * 0.04) : 0
    this.map.fitBounds(
      [
        [south, west],
        [north, east],
      ],
      { padding: [pad, pad], animate: false },
    )
  }

  go(bounds) {
    this.stale()
    if (reducedMotion()) return this.fit(bounds, true)
    const [west, south, east, north] = bounds
    this.map.flyToBounds(
      [
        [south, west],
        [north, east],
      ],
      { padding: [28, 28], duration: 0.6 },
    )
  }

  // After every move; the host may keep where the reader is.
  settle() {}

  ready(revision) {
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (this.map && this.message.revision === revision) this.canvas.dataset.ready = revision
      }),
    )
  }

  hitAt(event) {
    const { x, y } = event.layerPoint
    return hitAt(this.laid, this.picture().view, x, y)
  }

  pointTo(event) {
    if (!this.laid || this.map.dragging.moving?.()) return
    const hit = this.hitAt(event)
    this.canvas.classList.toggle("meets", hit !== null)
    if (hit?.bubble) {
      this.hover(null, false)
      this.tip.say(this.say("cluster", { n: hit.bubble.members.length }), event.containerPoint)
    } else this.hover(hit?.row ?? null, false, event.containerPoint)
  }

  hover(row, fromTable, at = null) {
    const key = row ? `${row.layer.id}:${row.feature.id}` : null
    if (row && at) this.tip.show(row, at)
    else this.tip?.hide()
    if (key === this.hoveredKey) return
    this.hoveredKey = key
    if (!fromTable) this.table.light(key)
    this.light()
  }

  click(event) {
    if (!this.laid) return
    const hit = this.hitAt(event)
    if (hit?.bubble) return this.unfold(hit.bubble)
    // While a spot is asked for, every click on the map is an answer.
    if (this.message.pick)
      return this.send("pick", { lon: event.latlng.lng, lat: event.latlng.lat })
    if (hit?.row.layer.id === "drawn") return
    this.choose(hit?.row ?? null, true)
  }

  unfold(bubble) {
    const box = bubble.members.reduce(
      ([w, n, e, s], { feature: { at } }) => [
        Math.min(w, at[0]),
        Math.min(n, at[1]),
        Math.max(e, at[0]),
        Math.max(s, at[1]),
      ],
      [Infinity, Infinity, -Infinity, -Infinity],
    )
    const wide = Math.max(box[2] - box[0], box[3] - box[1]) * 2 ** this.map.getZoom()
    if (wide > 2 && this.map.getZoom() < 17.5) {
      const centre = L.CRS.EPSG3857.pointToLatLng(
        L.point((box[0] + box[2]) / 2, (box[1] + box[3]) / 2),
        0,
      )
      this.map.setView(centre, Math.min(18, this.map.getZoom() + 2))
    } else {
      this.open = this.open === bubble.key ? null : bubble.key
      this.draw()
    }
  }

  choose(row, fromMap) {
    const next = row ? [row.layer.id, row.feature.id] : null
    if (next?.join(":") === this.selected?.join(":")) return
    this.selected = next
    this.table.show(this.shown, next)
    if (next && fromMap) this.table.reveal(next.join(":"))
    if (row && !fromMap) this.panTo(row)
    this.light()
    this.send("select", { layer: next?.[0] ?? null, id: next?.[1] ?? null })
  }

  // A row chosen in the table: its mark comes into view, at the zoom the reader has.
  panTo({ feature }) {
    if (feature.at === null) return
    const where = L.CRS.EPSG3857.pointToLatLng(L.point(...feature.at), 0)
    if (!this.map.getBounds().pad(-0.06).contains(where))
      this.map.panTo(where, { animate: !reducedMotion() })
  }

  stop() {
    this.observer?.disconnect()
    this.map?.remove()
    this.map = null
    this.root.remove()
  }
}
