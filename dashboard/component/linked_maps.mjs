// Maps side by side with one legend: what moves one moves all, each about its own middle.

import { Legend } from "./frame.mjs"
import { addTiles, groundCredit } from "./ground.mjs"
import { dress } from "./look.mjs"
import { MapView } from "./map_view.mjs"
import { load } from "./scene.mjs"
import { L, makeMap } from "./sheet.mjs"
import { element } from "./table.mjs"

class LinkedMap extends MapView {
  constructor(parent, index, group) {
    super(parent)
    this.index = index
    this.group = group
  }

  build() {
    super.build()
    this.title = element("h3", "title")
    this.frame.before(this.title)
    // The group has one legend, and the page the figures as a table.
    this.table.root.remove()
    this.legend.root.remove()
    for (const node of this.tools.querySelectorAll(".wide, .short")) node.remove()
    const keys = this.main.querySelector("#map-keys")
    keys.id = `map-keys-${this.index}`
    this.canvas.setAttribute("aria-describedby", keys.id)
  }

  leafletMap() {
    // Without animation: the others follow each step.
    const map = makeMap(this.canvas, this.scene.home, true)
    return map.setMaxBounds(null)
  }

  wire() {
    super.wire()
    this.map.on("move", () => this.group.follow(this))
    this.map.on("moveend", () => this.group.rest(this))
  }

  openView({ goto }) {
    this.fit(goto.slice(1), false)
    this.centreOn(goto.slice(1))
    addTiles(this.map, this.scene.tiles, () => {
      this.tilesOn = true
      this.draw()
      this.group.credit()
    })
  }

  go(bounds) {
    this.stale()
    if (this.group.at === null)
      this.group.alone(() => {
        this.map.invalidateSize({ pan: false, animate: false })
        this.fit(bounds, false)
      })
    this.centreOn(bounds)
  }

  // The middle stays where it was, on this map and so on the others.
  resize() {
    this.group.alone(() => super.resize())
    if (this.middle) this.group.take(this)
  }

  // The middle that moves are counted from, in world units at zoom 0.
  centreOn([west, south, east, north]) {
    const [from, to] = [
      [south, west],
      [north, east],
    ].map((corner) => this.map.project(corner, 0))
    this.middle = from.add(to).divideBy(2)
    this.group.take(this)
  }

  show({ moved, zoom }) {
    const { map } = this
    const centre = map.unproject(this.middle.add(moved), 0)
    if (map.getZoom() !== zoom) map.setView(centre, zoom, { animate: false })
    else {
      // As a drag does it: drawn anew only where it ends.
      const pane = map.getPane("mapPane")
      const way = map.latLngToContainerPoint(centre).subtract(map.getSize().divideBy(2)).round()
      L.DomUtil.setPosition(pane, L.DomUtil.getPosition(pane).subtract(way))
    }
  }
}

export class LinkedMaps {
  constructor(parent, stylesheets) {
    this.parent = parent
    this.stylesheets = stylesheets
    this.views = []
    // What each looks at when it opens.
    this.targets = []
    // Where all look: the way from their middle in world units, and the zoom; and whether the reader chose that.
    this.at = null
    this.moved = false
    this.root = element("div", "map-view linked")
    this.row = element("div", "row")
    this.foot = element("p", "foot credit")
  }

  async receive({ maps, caption }, send) {
    this.caption = caption
    const scenes = await Promise.all(maps.map(({ scene }) => load(scene)))
    await this.build(scenes)
    this.look(maps.map(({ goto }) => goto[0]))
    for (const [index, view] of this.views.entries()) {
      view.title.textContent = maps[index].title
      view.receive(maps[index], send)
    }
    this.legend.show(this.views.flatMap((view) => view.shown))
    this.credit()
    this.root.dataset.ready = maps.map(({ revision }) => revision).join()
  }

  // Only what is new is built: the first maps stay as long as their scenes do.
  async build(scenes) {
    let same = 0
    while (same < scenes.length && this.views[same]?.scene === scenes[same]) same += 1
    for (const view of this.views.splice(same)) view.stop()
    if (same === 0) {
      dress(this.root)
      this.root.replaceChildren(this.row)
      this.parent.append(this.root)
    }
    for (const scene of scenes.slice(same)) {
      const view = new LinkedMap(this.row, this.views.length, this)
      this.views.push(view)
      await view.start(scene, this.stylesheets)
    }
    if (same > 0) return
    this.legend = new Legend(this.views[0].say)
    this.root.append(this.legend.root, this.foot)
  }

  // Where the reader looks stays while one of the places does; else all maps open anew.
  look(targets) {
    const changed = targets.join() !== this.targets.join()
    const known = targets.some((target) => this.targets.includes(target))
    this.targets = targets
    if (!changed || (this.moved && known)) return
    this.at = null
    this.moved = false
    for (const view of this.views) view.gone = null
  }

  // A map that comes later looks where the others do.
  take(view) {
    if (this.at === null) this.note(view)
    else
      this.alone(() => {
        view.show(this.at)
        view.map.fire("moveend")
      })
  }

  follow(leader) {
    if (this.following || !leader.middle) return
    this.moved = true
    this.note(leader)
    this.alone(() => {
      for (const view of this.views) if (view !== leader && view.middle) view.show(this.at)
    })
  }

  rest(leader) {
    if (this.following || !leader.middle) return
    this.alone(() => {
      for (const view of this.views) if (view !== leader && view.middle) view.map.fire("moveend")
    })
  }

  alone(move) {
    this.following = true
    move()
    this.following = false
  }

  note({ map, middle }) {
    this.at = { moved: map.project(map.getCenter(), 0).subtract(middle), zoom: map.getZoom() }
  }

  credit() {
    const [{ scene, say, tilesOn }] = this.views
    this.foot.textContent = `${this.caption} · ${groundCredit(scene, say, tilesOn)}`
  }

  stop() {
    for (const view of this.views) view.stop()
    this.views = []
    this.root.remove()
  }
}
