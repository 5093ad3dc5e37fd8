// The panel with the link to exactly this view.

import { button } from "./frame.mjs"
import { element } from "./table.mjs"

export class LinkPanel {
  constructor({ say, link, local }) {
    this.say = say
    this.link = link
    this.root = element("div", "link")
    this.opener = button("plain", say("copy_link"), () => this.toggle())
    this.opener.setAttribute("aria-expanded", "false")
    this.panel = element("div", "panel", null, { role: "dialog", "aria-label": say("link_title") })
    this.panel.hidden = true
    this.field = element("textarea", "", null, {
      readonly: "",
      rows: "3",
      "aria-label": say("link_title"),
      spellcheck: "false",
    })
    this.said = element("p", "said", null, { "aria-live": "polite" })
    this.panel.append(element("strong", "", say("link_title")), this.field, this.said)
    if (local) this.panel.append(element("p", "local", say("link_local")))
    this.panel.append(button("plain", say("close"), () => this.toggle(false)))
    this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle(false))
    this.root.append(this.opener, this.panel)
  }

  async toggle(open = this.panel.hidden) {
    this.panel.hidden = !open
    this.opener.setAttribute("aria-expanded", String(open))
    if (!open) return this.opener.focus()
    this.field.value = this.link()
    this.field.focus()
    this.field.select()
    try {
      await navigator.clipboard.writeText(this.field.value)
      this.said.textContent = this.say("copied")
    } catch {
      this.said.textContent = this.say("copy_by_hand")
    }
  }
}
