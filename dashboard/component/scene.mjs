// A scene as the browser keeps it: files fetched once, coordinates made into map units, codes unpacked.

import { look } from "./look.mjs"

const files = new Map()

// Files that came with the page itself, by name.
export function provide(contents) {
  for (const [name, content] of Object.entries(contents)) files.set(name, Promise.resolve(content))
}

export function address(path) {
  return new URL(path, document.baseURI).href
}

function file(name) {
  if (!files.has(name)) {
    const answer = fetch(address(`map/${name}`)).then((reply) => {
      if (!reply.ok) throw new Error(`map file ${name.slice(0, 12)}: ${reply.status}`)
      return reply.json()
    })
    answer.catch(() => files.delete(name))
    files.set(name, answer)
  }
  return files.get(name)
}

// World units: the square of web Mercator at zoom 0, 256 wide. Pixels at zoom z are units times 2^z.
export function toWorld(lon, lat) {
  const sine = Math.sin((lat * Math.PI) / 180)
  return [(lon / 360 + 0.5) * 256, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256]
}

function readPart(deltas, steps) {
  const out = new Float64Array(deltas.length)
  let x = 0
  let y = 0
  for (let i = 0; i < deltas.length; i += 2) {
    x += deltas[i]
    y += deltas[i + 1]
    const [wx, wy] = toWorld(x / steps, y / steps)
    out[i] = wx
    out[i + 1] = wy
  }
  return out
}

function readShape(parts, steps) {
  if (parts === null) return null
  const worlds = parts.map((deltas) => readPart(deltas, steps))
  let [w, n, e, s] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const world of worlds) {
    for (let i = 0; i < world.length; i += 2) {
      w = Math.min(w, world[i])
      e = Math.max(e, world[i])
      n = Math.min(n, world[i + 1])
      s = Math.max(s, world[i + 1])
    }
  }
  return { parts: worlds, box: [w, n, e, s] }
}

// Where a label or leader starts: the point itself, or the middle vertex of the longest part.
function anchor(shape, kind) {
  if (shape === null) return null
  if (kind === "area") return [(shape.box[0] + shape.box[2]) / 2, (shape.box[1] + shape.box[3]) / 2]
  const longest = shape.parts.reduce((a, b) => (b.length > a.length ? b : a))
  const middle = Math.floor(longest.length / 4) * 2
  return [longest[middle], longest[middle + 1]]
}

function readLayer(content) {
  const features = content.ids.map((id, index) => {
    const placed = readShape(content.shapes[index], content.steps)
    return {
      id,
      index,
      layer: content.id,
      name: content.names[index],
      label: content.labels[index],
      own: content.classes[content.styles[index]],
      cells: content.cells[index],
      sort: content.sort[index],
      shape: placed,
      at: anchor(placed, content.kind),
      sparks: content.sparks?.[index] ?? null,
      spans: content.spans?.[index] ?? null,
      widths: content.widths?.[index] ?? null,
      size: content.sizes?.[index] ?? 1,
    }
  })
  return { ...content, features, byId: new Map(features.map((feature) => [feature.id, feature])) }
}

function readBackground(content) {
  return {
    schematic: content.schematic,
    credit: content.credit,
    shapes: content.shapes.map((parts, index) => ({
      kind: content.kinds[index],
      ...readShape(parts, content.steps),
    })),
    names: content.names.map(readName),
    around: content.around.map(readName),
    stations: content.stations.map(readName),
    countries: content.countries.map(readName),
  }
}

function readName([name, lon, lat, abroad]) {
  return { name, at: toWorld(lon, lat), abroad: abroad === 1 }
}

const scenes = new Map()

export function load(name) {
  if (!scenes.has(name)) {
    const made = file(name).then(async (content) => {
      const [ground, ...layers] = await Promise.all([
        file(content.background).then(readBackground),
        ...content.layers.map((entry) => file(entry.file).then(readLayer)),
      ])
      Object.assign(look, content.look)
      return { ...content, background: ground, layers }
    })
    made.catch(() => scenes.delete(name))
    scenes.set(name, made)
  }
  return scenes.get(name)
}

export function unpack(packed, length) {
  const kind = packed[0]
  const rest = packed.slice(1)
  if (kind === "~") return rest.repeat(length)
  if (kind === "=")
    return rest.replace(/(\d+)(\D)/g, (_, count, sign) => sign.repeat(Number(count)))
  const cut = rest.indexOf(":")
  const signs = rest.slice(0, cut)
  const bytes = atob(
    rest
      .slice(cut + 1)
      .replaceAll("-", "+")
      .replaceAll("_", "/"),
  )
  const width = Math.ceil(Math.log2(signs.length))
  let out = ""
  let bits = 0
  let held = 0
  for (let i = 0; i < bytes.length && out.length < length; i++) {
    bits = (bits << 8) | bytes.charCodeAt(i)
    held += 8
    while (held >= width && out.length < length) {
      held -= width
      out += signs[(bits >> held) & ((1 << width) - 1)]
    }
    bits &= (1 << held) - 1
  }
  return out
}

// What a message draws besides the layers: areas, lines and points of the moment, which no file holds.
export function drawn(scene, items = []) {
  return ["area", "line", "point"].map((kind) => {
    const layer = { id: "drawn", kind, columns: [], features: [] }
    const rows = items
      .filter((item) => item[1] === kind)
      .map(([styleName, , name, ...parts], index) => {
        const placed = readShape(
          parts.map((part) => part.match(/-?\d+/g).map(Number)),
          10_000,
        )
        return {
          layer,
          styleName,
          style: scene.styles[styleName],
          feature: {
            id: String(index),
            layer: "drawn",
            name,
            label: kind === "point" ? name : null,
            cells: [],
            sort: [],
            shape: placed,
            at: anchor(placed, kind),
          },
        }
      })
    return { layer, rows }
  })
}

// A change in tenths of a percentage point with its sign, as the language writes it.
function signed(lang, tenths) {
  const form = { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" }
  return (tenths / 10).toLocaleString(lang, form).replace("-", "−")
}

function changeOf([low, high], say, lang) {
  if (high === undefined) return null
  const [from, to] = [low, high].map((end) => signed(lang, end))
  return { title: say("change"), text: say("from_to", { low: from, high: to }), middle: low + high }
}

const sized = (style, { size }) => (size === 1 ? style : { ...style, radius: style.radius * size })

// What is shown now: per layer that is on, its visible features with the class they have. `changes` holds per layer the
// lowest and highest change of each of them, in tenths of a percentage point.
export function shown(scene, codes, changes = {}) {
  const say = words(scene)
  return scene.layers
    .filter((layer) => layer.id in codes)
    .map((layer) => {
      const signs = unpack(codes[layer.id], layer.features.length)
      const ends = changes[layer.id]?.match(/-?\d+/g)?.map(Number) ?? []
      const rows = []
      layer.features.forEach((feature, index) => {
        const sign = signs[index]
        if (sign === ".") return
        const name = sign === "*" ? feature.own : scene.letters[sign]
        const change = changeOf(ends.slice(2 * rows.length), say, scene.lang)
        rows.push({
          layer,
          feature,
          styleName: name,
          style: sized(scene.styles[name], feature),
          change,
        })
      })
      return { layer, rows }
    })
}

export function words(scene) {
  return (key, gaps = {}) =>
    Object.entries(gaps).reduce(
      (text, [gap, value]) => text.replaceAll(`{${gap}}`, () => String(value)),
      scene.texts[key],
    )
}
