// Marks that would lie on one another, spread out: a fan on legs, or a bubble that opens.

const SPREAD = 15
const MOST_IN_FAN = 8
const FURTHEST_ASIDE = 42

// Marks that would lie on one another, as groups in reading order; `near` in pixels.
function groups(points, near) {
  const clusters = []
  const cells = new Map()
  for (const point of points) {
    const cx = Math.floor(point.x / near)
    const cy = Math.floor(point.y / near)
    let home = null
    for (let x = cx - 1; x <= cx + 1 && home === null; x++) {
      for (let y = cy - 1; y <= cy + 1 && home === null; y++) {
        home =
          (cells.get(`${x},${y}`) ?? []).find(
            (g) => Math.hypot(g.x - point.x, g.y - point.y) < near,
          ) ?? null
      }
    }
    if (home === null) {
      home = { x: point.x, y: point.y, members: [] }
      clusters.push(home)
      const key = `${cx},${cy}`
      if (!cells.has(key)) cells.set(key, [])
      cells.get(key).push(home)
    }
    home.members.push(point)
  }
  for (const group of clusters) {
    const n = group.members.length
    group.x = group.members.reduce((sum, p) => sum + p.x, 0) / n
    group.y = group.members.reduce((sum, p) => sum + p.y, 0) / n
  }
  return clusters
}

// Positions on a ring round a spot, wide enough that each mark can be met apart; two rings from nine on.
function fan(n, size) {
  const inner = n > 8 ? Math.ceil(n / 3) : n
  const around = (count) => (count * size * 1.12) / (2 * Math.PI)
  const near = Math.max(size * 0.72, around(inner))
  const far = Math.max(near + size * 1.1, around(n - inner))
  const out = []
  for (let i = 0; i < n; i++) {
    const [r, count, k] = i < inner ? [near, inner, i] : [far, n - inner, i - inner]
    const turn = (2 * Math.PI * k) / count - (n === 2 ? Math.PI : Math.PI / 2)
    out.push([Math.cos(turn) * r, Math.sin(turn) * r])
  }
  return out
}

// A fan steps aside for the marks that cannot move; its legs lead back.
function aside(group, reach, standing) {
  const near = standing.filter(
    (mark) =>
      Math.abs(mark.x - group.x) < FURTHEST_ASIDE + reach + 24 &&
      Math.abs(mark.y - group.y) < FURTHEST_ASIDE + reach + 24,
  )
  const crowded = (x, y) =>
    near.reduce(
      (sum, mark) => sum + Math.max(0, reach + mark.r + 2 - Math.hypot(mark.x - x, mark.y - y)),
      0,
    )
  let best = [group.x, group.y]
  let least = crowded(...best)
  for (const away of [12, 22, 32, FURTHEST_ASIDE]) {
    for (let turn = 0; turn < 12 && least > 0; turn++) {
      const x = group.x + away * Math.cos((turn * Math.PI) / 6)
      const y = group.y + away * Math.sin((turn * Math.PI) / 6)
      const crowd = crowded(x, y)
      if (crowd < least - 2) [best, least] = [[x, y], crowd]
    }
  }
  return best
}

export function spreadOut(rows, view, open, still) {
  const points = rows.map((row) => {
    const [x, y] = view.at(row.feature.at)
    return { row, x, y }
  })
  const marks = []
  const legs = []
  const bubbles = []
  const standing = still.map(({ row, x, y }) => ({ x, y, r: row.style.radius }))
  const clusters = groups(points, SPREAD)
  for (const { members } of clusters) {
    if (members.length === 1)
      standing.push({ x: members[0].x, y: members[0].y, r: members[0].row.style.radius })
  }
  for (const group of clusters) {
    const { members } = group
    const key = `${members[0].row.layer.id}:${members[0].row.feature.id}`
    if (members.length === 1) {
      marks.push({ ...members[0] })
    } else if (members.length <= MOST_IN_FAN || key === open) {
      const size = 2 * Math.max(...members.map((member) => member.row.style.radius)) + 4
      const places = fan(members.length, size)
      const reach = Math.max(...places.map(([dx, dy]) => Math.hypot(dx, dy))) + size / 2
      const [cx, cy] = aside(group, reach, standing)
      standing.push({ x: cx, y: cy, r: reach })
      places.forEach(([dx, dy], index) => {
        const mark = { ...members[index], x: cx + dx, y: cy + dy, shared: true }
        marks.push(mark)
        legs.push([members[index].x, members[index].y, mark.x, mark.y])
      })
    } else {
      bubbles.push({
        key,
        x: group.x,
        y: group.y,
        r: 11 + Math.min(9, Math.sqrt(members.length)),
        members: members.map((m) => m.row),
      })
    }
  }
  return { marks, legs, bubbles }
}
