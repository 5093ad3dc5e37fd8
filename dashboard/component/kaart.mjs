// The map and its table in one frame. Python sends codes, this keeps everything else; only clicks go back.

import { Address, arrival, read } from "./address.mjs"
import { background, highlight, labels, retail, spots, streets } from "./draw.mjs"
import { Inset, Legend, LinkPanel, Tooltip, button } from "./frame.mjs"
import { forgetWidths, layout, meet } from "./layout.mjs"
import { drawn, load, shown, toWorld, words } from "./scene.mjs"
import { L, Sheet, makeMap } from "./sheet.mjs"
import { Table, element } from "./table.mjs"

const kept = new WeakMap()
// Where each map was left, so that coming back to a page does not lose the place.
const left = new Map()
const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches

class Kaart {
  constructor(parent, key) {
    this.parent = parent
    this.key = key
    this.selected = null
    this.hovered = null
    this.open = null
    this.shown = []
    this.free = []
    this.tilesOn = false
    this.address = new Address()
    this.root = element("div", "kaart")
  }

  async start(scene) {
    this.scene = scene
    const own = words(scene)
    // A message may say what the classes stand for now.
    this.say = (key, gaps) => this.message?.words?.[key] ?? own(key, gaps)
    const { look } = scene
    for (const name of ["ink", "heading", "link", "quiet", "hairline", "paper", "side", "ground", "selected"]) {
      this.root.style.setProperty(`--${name}`, look[name])
    }
    this.root.style.setProperty("--font", `'${look.font}', sans-serif`)
    this.root.lang = scene.lang
    document.documentElement.lang = scene.lang
    this.build()
    await Promise.all([
      ...["leaflet.css", "kaart.css"].map((name) => sheet(this.parent, name)),
      ...["400", "600", "italic 400"].map((font) => document.fonts.load(`${font} 13px '${look.font}'`).catch(() => [])),
    ])
    forgetWidths()
    this.parent.append(this.root)
    this.makeMap()
  }

  build() {
    const { say, scene } = this
    this.canvas = element("div", "map", null, { role: "application", tabindex: "0" })
    this.tools = element("div", "tools")
    this.tools.append(
      button("tool", "+", () => this.map.zoomIn(), say("zoom_in")),
      button("tool", "−", () => this.map.zoomOut(), say("zoom_out")),
      button("tool wide", say("show_home"), () => this.go(scene.home)),
      button("tool short", say("home_short"), () => this.go(scene.home), say("show_home")),
    )
    if (scene.edge) {
      this.tools.append(
        button("tool wide", say("show_edge"), () => this.go(scene.edge)),
        button("tool short", say("edge_short"), () => this.go(scene.edge), say("show_edge")),
      )
    }
    this.empty = element("p", "empty")
    this.empty.hidden = true
    this.legend = new Legend(say)
    this.caption = element("span", "credit")
    this.link = new LinkPanel({
      say,
      link: () => this.address.link(scene.linkBase, this.message.query),
      local: scene.linkBase === null,
    })
    this.foot = element("div", "foot")
    this.foot.append(this.caption, this.link.root)
    this.table = new Table({ say, choose: (row) => this.choose(row, false), point: (row) => this.hover(row, true) })
    const frame = element("div", "frame")
    frame.append(this.canvas, this.tools, this.empty)
    const main = element("section", "main")
    const keys = element("p", "unseen", say("map_keys"), { id: "map-keys" })
    this.canvas.setAttribute("aria-describedby", "map-keys")
    main.append(frame, keys, this.legend.root, this.foot)
    this.frame = frame
    const grid = element("div", "grid")
    grid.append(main, this.table.root)
    this.root.replaceChildren(grid)
  }

  makeMap() {
    const { scene } = this
    this.map = makeMap(this.canvas, scene.home, calm())
    const { map } = this
    const draws = {
      background: (ctx) => background(ctx, this.picture()),
      edge_retail: (ctx) => retail(ctx, this.picture()),
      streets: (ctx) => streets(ctx, this.picture()),
      highlight: (ctx) => highlight(ctx, this.picture()),
      initiatives: (ctx) => spots(ctx, this.picture()),
      labels: (ctx) => labels(ctx, this.picture()),
    }
    this.sheets = Object.entries(draws).map(([name, draw], index) => {
      const pane = map.createPane(name)
      pane.style.zIndex = String(index === 0 ? 150 : 400 + index * 10)
      pane.style.pointerEvents = "none"
      return new Sheet(draw, { pane: name })
    })
    // What shows which mark is chosen or pointed at.
    this.lit = this.sheets.filter(({ options: { pane } }) => pane === "highlight" || pane === "labels")
    this.tip = new Tooltip(map)
    if (scene.inset) {
      this.inset = new Inset(scene, this.say, toWorld)
      this.frame.append(this.inset.root)
    }
    this.wire()
  }

  wire() {
    const { map } = this
    map.on("moveend", () => this.settled())
    map.on("click", (event) => this.clicked(event))
    map.on("mousemove", (event) => this.pointed(event))
    map.on("mouseout", () => this.hover(null, false))
    map.on("zoomstart movestart", () => this.tip.hide())
    // The wheel scrolls the page until the reader has taken hold of the map.
    map.on("mousedown focus", () => map.scrollWheelZoom.enable())
    map.on("mouseout blur", () => map.scrollWheelZoom.disable())
    this.canvas.addEventListener("keydown", (event) => event.key === "Escape" && this.choose(null, true))
    this.watch = new ResizeObserver(() => {
      // On its way out the map has no size; where it was looking stays what it was.
      if (this.canvas.clientWidth === 0 || this.canvas.clientHeight === 0) return
      map.invalidateSize({ pan: false, animate: false })
      this.stale()
      this.draw()
    })
    this.watch.observe(this.canvas)
  }

  tiles() {
    const { tiles } = this.scene
    if (!tiles) return
    const pane = this.map.createPane("tiles")
    pane.style.zIndex = "200"
    pane.classList.add("tiles")
    // Shown from the first tile that comes; a tile that fails leaves the own background as it is.
    L.tileLayer(tiles.template, { pane: "tiles", minNativeZoom: tiles.minZoom, maxNativeZoom: tiles.maxZoom, maxZoom: 19, keepBuffer: 1 })
      .once("tileload", () => {
        this.tilesOn = true
        pane.classList.add("there")
        this.draw()
        this.credit()
      })
      .addTo(this.map)
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
      worldBox: [(min.x + origin.x) / scale, (min.y + origin.y) / scale, (max.x + origin.x) / scale, (max.y + origin.y) / scale],
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
        return [x - outer.left + from.x, y - outer.top + from.y, right - outer.left + from.x, bottom - outer.top + from.y]
      }
      const fixed = [...this.tools.children, this.canvas.querySelector(".leaflet-control-scale")]
      if (this.inset && !this.inset.root.hidden) fixed.push(this.inset.root)
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
    }
    return { scene: this.scene, view, laid: this.laid, tilesOn: this.tilesOn, active: (row) => this.isActive(row) }
  }

  isActive({ layer, feature }) {
    const key = `${layer.id}:${feature.id}`
    return key === this.hoveredKey || (this.selected !== null && key === this.selected.join(":"))
  }

  // Lay out again at the next drawing.
  stale() {
    if (this.laid) this.laid.key = null
  }

  light() {
    for (const drawn of this.lit ?? []) drawn.redraw()
  }

  draw() {
    for (const drawn of this.sheets) drawn.redraw()
  }

  async receive(component) {
    const data = component.data.map
    this.send = component.setTriggerValue
    this.message = data
    this.root.classList.toggle("compact", data.compact === true)
    this.canvas.classList.toggle("picks", data.pick === true)
    this.canvas.setAttribute("aria-label", data.name)
    this.shown = shown(this.scene, data.codes)
    this.free = drawn(this.scene, data.drawn)
    this.selected = data.selected
    this.stale()
    this.table.show(this.shown, this.selected)
    this.legend.show([...this.shown, ...this.free], this.scene)
    this.credit()
    const none = this.shown.every(({ rows }) => rows.length === 0)
    this.empty.hidden = !none
    this.empty.textContent = this.say(this.shown.length === 0 ? "no_layers" : "nothing")
    if (!this.sheets[0]._map) this.first(data)
    else {
      if (data.goto && data.goto[0] !== this.gone) this.go(data.goto.slice(1))
      this.draw()
    }
    if (data.goto) this.gone = data.goto[0]
    if (this.selected) this.table.reveal(this.selected.join(":"))
    this.address.here()
    this.ready(data.revision)
  }

  // The first view: where the reader left it, else what the link asks, else where Python wants to go. Once a map of this
  // key was seen, the extent in the address is that map's own, and says nothing of another place.
  first(data) {
    const memory = left.get(this.key)
    const came = arrival()
    const asked = memory ? null : (read() ?? came)
    if (memory && memory.gone === (data.goto ? data.goto[0] : undefined)) this.map.setView(memory.centre, memory.zoom, { animate: false })
    else this.fit(asked ?? data.goto?.slice(1) ?? this.scene.home, asked === null)

    for (const drawn of this.sheets) drawn.addTo(this.map)
    this.tiles()
    this.settled()
  }

  fit([west, south, east, north], roomy) {
    const pad = roomy ? Math.min(28, this.map.getSize().x * 0.04) : 0
    this.map.fitBounds([[south, west], [north, east]], { padding: [pad, pad], animate: false })
  }

  go(bounds) {
    this.stale()
    if (calm()) return this.fit(bounds, true)
    const [west, south, east, north] = bounds
    this.map.flyToBounds([[south, west], [north, east]], { padding: [28, 28], duration: 0.6 })
  }

  settled() {
    if (!this.map._loaded) return
    const view = this.map.getBounds()
    this.address.keep([view.getWest(), view.getSouth(), view.getEast(), view.getNorth()])
    left.set(this.key, { centre: this.map.getCenter(), zoom: this.map.getZoom(), gone: this.gone ?? this.message?.goto?.[0] })
    if (this.inset) {
      const [w, n] = toWorld(view.getWest(), view.getNorth())
      const [e, s] = toWorld(view.getEast(), view.getSouth())
      const before = this.inset.root.hidden
      this.inset.show([w, n, e, s])
      if (before !== this.inset.root.hidden) {
        this.stale()
        this.draw()
      }
    }
  }

  ready(revision) {
    requestAnimationFrame(() => requestAnimationFrame(() => {
      if (this.map && this.message.revision === revision) this.canvas.dataset.ready = revision
    }))
  }

  credit() {
    const { background: own, tiles } = this.scene
    const names = own.around.length > 0 ? `; ${this.say("around_credit")}` : ""
    const sketch = `${this.say("schematic")}; ${this.say("schematic_credit")}${names}`
    const ground = this.tilesOn ? tiles.credit : (own.credit ?? sketch)
    this.caption.textContent = `${this.message.caption} · ${ground}`
  }

  met(event) {
    const { x, y } = event.layerPoint
    return meet(this.laid, this.picture().view, x, y)
  }

  pointed(event) {
    if (!this.laid || this.map.dragging.moving?.()) return
    const hit = this.met(event)
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

  clicked(event) {
    if (!this.laid) return
    const hit = this.met(event)
    if (hit?.bubble) return this.unfold(hit.bubble)
    // While a spot is asked for, every click on the map is an answer.
    if (this.message.pick) return this.send("pick", { lon: event.latlng.lng, lat: event.latlng.lat })
    if (hit?.row.layer.id === "drawn") return
    this.choose(hit?.row ?? null, true)
  }

  unfold(bubble) {
    const box = bubble.members.reduce(([w, n, e, s], { feature: { at } }) => [Math.min(w, at[0]), Math.min(n, at[1]), Math.max(e, at[0]), Math.max(s, at[1])], [Infinity, Infinity, -Infinity, -Infinity])
    const wide = Math.max(box[2] - box[0], box[3] - box[1]) * 2 ** this.map.getZoom()
    if (wide > 2 && this.map.getZoom() < 17.5) {
      const centre = L.CRS.EPSG3857.pointToLatLng(L.point((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), 0)
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
    if (row && !fromMap) this.bringIn(row)
    this.light()
    this.send("select", { layer: next?.[0] ?? null, id: next?.[1] ?? null })
  }

  // A row chosen in the table: its mark comes into view, at the zoom the reader has.
  bringIn({ feature }) {
    if (feature.at === null) return
    const where = L.CRS.EPSG3857.pointToLatLng(L.point(...feature.at), 0)
    if (!this.map.getBounds().pad(-0.06).contains(where)) this.map.panTo(where, { animate: !calm() })
  }

  stop() {
    this.address.stop()
    this.watch?.disconnect()
    this.map?.remove()
    this.map = null
    this.root.remove()
  }
}

function sheet(parent, name) {
  return new Promise((resolve) => {
    const link = element("link", "", null, { rel: "stylesheet", href: new URL(name, import.meta.url).href })
    link.onload = link.onerror = () => resolve()
    parent.append(link)
  })
}

// One place in the page holds one map; messages are taken in order, a new scene builds it anew.
export function show(component) {
  const parent = component.parentElement
  const entry = kept.get(parent) ?? { queue: Promise.resolve(), kaart: null, closing: null }
  kept.set(parent, entry)
  clearTimeout(entry.closing)
  entry.queue = entry.queue.catch(() => {}).then(async () => {
    const scene = await load(component.data.map.scene)
    let before = null
    if (entry.kaart && entry.kaart.scene !== scene) {
      before = entry.kaart.table
      entry.kaart.stop()
      entry.kaart = null
      parent.querySelectorAll("link").forEach((link) => link.remove())
    }
    if (!entry.kaart) {
      entry.kaart = new Kaart(parent, component.key ?? component.name)
      await entry.kaart.start(scene)
      // The reader's tab and order stay, whatever the new scene tells.
      if (before) Object.assign(entry.kaart.table, { tab: before.tab, order: before.order })
    }
    await entry.kaart.receive(component)
  })
  return entry.queue
}

export function close(parent) {
  const entry = kept.get(parent)
  if (!entry) return
  entry.closing = setTimeout(() => {
    entry.kaart?.stop()
    kept.delete(parent)
  }, 0)
}
