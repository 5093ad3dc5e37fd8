// Streamlit's own words in the language of the page: they stand in its script, in English only.

const ATTRIBUTES = ["aria-label", "placeholder"]
const NAMED = ATTRIBUTES.map((name) => `[${name}]`).join()
const TEXTS =
  "[data-testid=stSkipToContent], [data-testid=InputInstructions], [data-testid$=Dropdown], [data-testid=stFileUploaderDropzone], [data-live-announcer]"

let exact = new Map()
let open = []
// Per node what it said in English and what we made of that, since a page changes its language.
const made = new WeakMap()
let waiting = false

// The words of a language from `address`: pairs of what Streamlit says and what the page says, both with named gaps.
export async function speak(address) {
  if (speak.address === address.href) return
  speak.address = address.href
  const pairs = await (await fetch(address)).json()
  exact = new Map(pairs.filter(([english]) => !english.includes("{")))
  open = pairs
    .filter(([english]) => english.includes("{"))
    .map(([english, translated]) => {
      const [before, after] = english.split(/\{\w+\}/)
      return { before, after, said: translated.split(/\{\w+\}/) }
    })
  translate()
}

export function listen() {
  const soon = () => {
    if (waiting) return
    waiting = true
    requestAnimationFrame(translate)
  }
  const watched = {
    childList: true,
    subtree: true,
    characterData: true,
    attributes: true,
    attributeFilter: ATTRIBUTES,
  }
  new MutationObserver(soon).observe(document.body, watched)
}

function said(english) {
  const whole = exact.get(english)
  if (whole !== undefined) return whole
  for (const {
    before,
    after,
    said: [first, last],
  } of open) {
    if (
      english.length > before.length + after.length &&
      english.startsWith(before) &&
      english.endsWith(after)
    ) {
      return first + english.slice(before.length, english.length - after.length) + last
    }
  }
  return english
}

function put(node, name, now, write) {
  const known = made.get(node) ?? {}
  const english = known[name]?.said === now ? known[name].english : now
  const wanted = said(english)
  if (wanted === now) return
  made.set(node, { ...known, [name]: { english, said: wanted } })
  write(wanted)
}

function translate() {
  waiting = false
  for (const node of document.querySelectorAll(NAMED)) {
    // What stands in our own pieces of the page is in its language already.
    if (node.closest(".sh")) continue
    for (const name of ATTRIBUTES) {
      const now = node.getAttribute(name)
      if (now) put(node, name, now, (wanted) => node.setAttribute(name, wanted))
    }
  }
  for (const root of document.querySelectorAll(TEXTS)) {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
      const { currentNode: node } = walk
      put(node, "text", node.nodeValue, (wanted) => {
        node.nodeValue = wanted
      })
    }
  }
}
