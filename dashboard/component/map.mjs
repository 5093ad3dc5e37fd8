// The map in the page. Python sends codes, this keeps everything else; only clicks go back.

import { Address, arrival, read } from "./address.mjs"
import { Inset } from "./inset.mjs"
import { button } from "./frame.mjs"
import { addTiles, groundCredit } from "./ground.mjs"
import { LinkPanel } from "./link.mjs"
import { LinkedMaps } from "./linked_maps.mjs"
import { MapView } from "./map_view.mjs"
import { load, toWorld } from "./scene.mjs"
import { makeMap, reducedMotion } from "./sheet.mjs"
import { element } from "./table.mjs"

const mounts = new WeakMap()
// Where each map was last looking, so that coming back to a page does not lose the place.
const lastViews = new Map()

class PageMap extends MapView {
  constructor(parent, key) {
    super(parent)
    this.key = key
    this.address = new Address()
  }

  build() {
    super.build()
    this.caption = element("span", "credit")
    const { linkBase } = this.scene
    this.link = new LinkPanel({
      say: this.say,
      link: () => this.address.link(linkBase, this.message.query),
      local: linkBase === null,
    })
    // What is known of the chosen mark stands below, where a screen of usual height ends.
    this.more = button("tool details", "", () => showDetails())
    this.more.hidden = true
    const told = element("div", "", null, { "aria-live": "polite" })
    told.append(this.more)
    this.frame.append(told)
    const foot = element("div", "foot")
    foot.append(this.caption, this.link.root)
    this.main.append(foot)
    if (this.scene.inset) {
      this.inset = new Inset(this.scene, this.say)
      this.frame.append(this.inset.root)
    }
  }

  leafletMap() {
    return makeMap(this.canvas, this.scene.home)
  }

  receive(message, send) {
    this.message = message
    this.credit()
    super.receive(message, send)
    this.tellDetails()
    this.address.here()
  }

  tellDetails() {
    const rows = this.shown.flatMap((entry) => entry.rows)
    const row = rows.find((one) => this.isChosen(one))
    this.more.hidden = !row || this.message.compact === true
    if (row) this.more.textContent = this.say("details", { name: row.feature.name })
  }

  // The first view: where the reader left it, else what the link asks, else where Python wants to go. Once a map of this
  // key was seen, the extent in the address is that map's own, and says nothing of another place.
  openView({ goto }) {
    const memory = lastViews.get(this.key)
    const came = arrival()
    const asked = memory ? null : (read() ?? came)
    if (memory && memory.gone === goto?.[0])
      this.map.setView(memory.centre, memory.zoom, { animate: false })
    else this.fit(asked ?? goto?.slice(1) ?? this.scene.home, asked === null)
    this.addTiles()
  }

  addTiles() {
    addTiles(this.map, this.scene.tiles, () => {
      this.tilesOn = true
      this.draw()
      this.credit()
    })
  }

  settle() {
    // A resize ends a moment later, when the map may be gone.
    if (!this.map?._loaded) return
    const view = this.map.getBounds()
    this.address.keep([view.getWest(), view.getSouth(), view.getEast(), view.getNorth()])
    lastViews.set(this.key, {
      centre: this.map.getCenter(),
      zoom: this.map.getZoom(),
      gone: this.gone ?? this.message?.goto?.[0],
    })
    this.showInset(view)
  }

  showInset(view) {
    if (!this.inset) return
    const [w, n] = toWorld(view.getWest(), view.getNorth())
    const [e, s] = toWorld(view.getEast(), view.getSouth())
    const before = this.inset.root.hidden
    this.inset.show([w, n, e, s])
    if (before !== this.inset.root.hidden) {
      this.stale()
      this.draw()
    }
  }

  credit() {
    const ground = groundCredit(this.scene, this.say, this.tilesOn)
    this.caption.textContent = `${this.message.caption} · ${ground}`
  }

  stop() {
    this.address.stop()
    super.stop()
  }
}

function showDetails() {
  const details = document.querySelector("[data-chosen]")
  if (!details) return
  details.tabIndex = -1
  details.focus({ preventScroll: true })
  details.scrollIntoView({ behavior: reducedMotion() ? "auto" : "smooth", block: "start" })
}

function stylesheet(parent, name) {
  return new Promise((resolve) => {
    const link = element("link", "", null, {
      rel: "stylesheet",
      href: new URL(name, import.meta.url).href,
    })
    link.addEventListener("load", resolve)
    link.addEventListener("error", resolve)
    parent.append(link)
  })
}

function styles(parent) {
  return ["leaflet.css", "map.css"].map((name) => stylesheet(parent, name))
}

// A place in the page holds a single map, or several that are linked; messages are taken in order, a new scene builds it anew.
export function show(component) {
  const parent = component.parentElement
  const mount = mounts.get(parent) ?? { queue: Promise.resolve(), view: null, closing: null }
  mounts.set(parent, mount)
  clearTimeout(mount.closing)
  mount.queue = mount.queue
    .catch(() => {})
    .then(async () => {
      const message = component.data.map
      if (message.maps) {
        mount.view ??= new LinkedMaps(parent, styles(parent))
        await mount.view.receive(message, component.setTriggerValue)
        tellDrawn(parent)
        return
      }
      const scene = await load(message.scene)
      let before = null
      if (mount.view && mount.view.scene !== scene) {
        before = mount.view.table
        mount.view.stop()
        mount.view = null
        for (const link of parent.querySelectorAll("link")) link.remove()
      }
      if (!mount.view) {
        mount.view = new PageMap(parent, component.key ?? component.name)
        await mount.view.start(scene, styles(parent))
        // The reader's tab and order stay, whatever the new scene tells.
        if (before) Object.assign(mount.view.table, { tab: before.tab, order: before.order })
      }
      mount.view.receive(message, component.setTriggerValue)
      tellDrawn(parent)
    })
  return mount.queue
}

// The page lets go of the room that it kept for the map.
function tellDrawn(parent) {
  const place = parent.getRootNode().host?.closest("[class*=st-key-]")
  if (place) place.dataset.drawn = ""
}

export function close(parent) {
  const mount = mounts.get(parent)
  if (!mount) return
  mount.closing = setTimeout(() => {
    mount.view?.stop()
    mounts.delete(parent)
  }, 0)
}
