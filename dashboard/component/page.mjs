// What the whole page needs beside its views: its language, a history without double steps, copying and taking along.

// `told` holds the page's words; the page's styles stand beside it.
export function settle(told) {
  const { menu, close } = told.dataset
  // Streamlit's page says lang="en" whatever it shows; a screen reader needs the truth (WCAG 3.1.1).
  document.documentElement.lang = told.lang
  Object.assign(words, { stExpandSidebarButton: menu, stSidebarCollapseButton: close })
  nameMenu()
  if (history.stadshart) return
  history.stadshart = true
  // Another language replaces that element, and the page would stand without its styles for a moment.
  document.head.append(told.parentElement.querySelector("style").cloneNode(true))
  // Streamlit makes a step of the first address we write on a page, so that "back" would lead to the same page without it.
  const push = history.pushState.bind(history), swap = history.replaceState.bind(history)
  history.pushState = (state, title, url) => {
    const bare = !new URLSearchParams(location.search).has("taal")
    const here = new URL(url, location.href).pathname === location.pathname
    return (bare && here ? swap : push)(state, title, url)
  }
  document.addEventListener("click", clicked)
  new MutationObserver(nameMenu).observe(document.body, { childList: true, subtree: true })
}

const words = {}

// On a phone the views stand behind a button that Streamlit names in English, with an arrow and no word.
function nameMenu() {
  for (const [id, label] of Object.entries(words)) {
    const found = document.querySelector(`[data-testid="${id}"]`)
    const button = found?.closest("button") ?? found?.querySelector("button")
    if (!button || button.dataset.label === label) continue
    button.dataset.label = label
    button.setAttribute("aria-label", label)
  }
}

function clicked(event) {
  const copy = event.target.closest?.("[data-copy]")
  const file = event.target.closest?.(".take a[download]")
  if (copy) copied(copy)
  // Without room to say how it goes, the browser's own way is left alone.
  const told = file?.closest(".take").querySelector("[role=status]")
  if (told && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault()
    take(file, told)
  }
}

async function copied(button) {
  const done = button.parentElement.querySelector("[role=status]")
  done.textContent = (await written(button.dataset.copy)) ? done.dataset.copied : done.dataset.byHand
}

async function written(line) {
  try {
    await navigator.clipboard.writeText(line)
    return true
  } catch {
    // A page without https has no clipboard of that kind.
    const field = document.createElement("textarea")
    field.value = line
    document.body.append(field)
    field.select()
    const done = document.execCommand("copy")
    field.remove()
    return done
  }
}

// Fetched rather than followed: a full queue then answers beside the link, and the visit is not left.
async function take(link, told) {
  told.textContent = told.dataset.making
  try {
    const answer = await fetch(link.href)
    if (!answer.ok) {
      told.textContent = answer.headers.get("content-type")?.startsWith("text/plain") ? await answer.text() : told.dataset.failed
      return
    }
    const saved = document.createElement("a")
    saved.href = URL.createObjectURL(await answer.blob())
    saved.download = /filename="([\w.-]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "stadshart"
    saved.click()
    setTimeout(() => URL.revokeObjectURL(saved.href), 60_000)
    told.textContent = ""
  } catch {
    told.textContent = told.dataset.failed
  }
}
