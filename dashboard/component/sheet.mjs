// One canvas in a pane of Leaflet, redrawn after every move.

import "./leaflet.js"

export const L = window.L

// A little larger than the view so that a short drag shows no edge.
export const Sheet = L.Renderer.extend({
  initialize(draw, options) {
    this.draw = draw
    L.Renderer.prototype.initialize.call(this, { padding: 0.25, ...options })
  },
  _initContainer() {
    this._container = document.createElement("canvas")
    this._container.setAttribute("aria-hidden", "true")
  },
  _destroyContainer() {
    this._container.remove()
    delete this._container
  },
  _reset() {
    this._update()
    this._updateTransform(this._center, this._zoom)
  },
  _update() {
    if (this._map._animatingZoom && this._bounds) return
    L.Renderer.prototype._update.call(this)
    this.redraw()
  },
  redraw() {
    if (!this._map || !this._bounds) return
    const { min } = this._bounds
    const size = this._bounds.getSize()
    const fine = Math.min(2, window.devicePixelRatio || 1)
    const canvas = this._container
    if (canvas.width !== size.x * fine || canvas.height !== size.y * fine) {
      canvas.width = size.x * fine
      canvas.height = size.y * fine
      canvas.style.width = `${size.x}px`
      canvas.style.height = `${size.y}px`
    }
    L.DomUtil.setPosition(canvas, min)
    const ctx = canvas.getContext("2d")
    ctx.setTransform(fine, 0, 0, fine, 0, 0)
    ctx.clearRect(0, 0, size.x, size.y)
    ctx.translate(-min.x, -min.y)
    this.draw(ctx, this._bounds)
  },
})

export const reducedMotion = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches

// A map without controls of its own; beyond `home` and a margin round it there is nothing to see.
export function makeMap(node, [west, south, east, north], calm = reducedMotion()) {
  const map = L.map(node, {
    attributionControl: false,
    zoomControl: false,
    zoomSnap: 0.25,
    zoomDelta: 1,
    wheelPxPerZoomLevel: 90,
    minZoom: 9,
    maxZoom: 19,
    maxBoundsViscosity: 0.8,
    fadeAnimation: !calm,
    zoomAnimation: !calm,
    inertia: !calm,
    bounceAtZoomLimits: false,
    scrollWheelZoom: false,
  })
  map.setMaxBounds([
    [south - 0.25, west - 0.4],
    [north + 0.25, east + 0.4],
  ])
  L.control.scale({ imperial: false, maxWidth: 110 }).addTo(map)
  return map
}
