// One person's part of the page: two places, what stands there, and the message box.

import { completion } from "./completion.js";
import { showForm } from "./dialog.js";
import { fragment, newDeed, notice, post } from "./wire.js";

const NEAR = 60; // pixels from the end that still count as reading the latest

export class Pane {
  constructor(element, changed) {
    this.element = element;
    this.person = element.dataset.person;
    this.name = element.dataset.name;
    this.changed = changed;
    this.unread = { direct: new Set(), channel: new Set() };
    this.stuck = { direct: true, channel: true };
    this.heights = { direct: 0, channel: 0 }; // of everything said, when last shown to its end
    this.drafts = { direct: "", channel: "" };
    this.tab = "direct";
    this.editing = null;
    this.failed = { text: "", deed: "" };
    this.box = element.querySelector("textarea");
    this.dot = element.querySelector("[data-dot]");
    this.completion = completion(this.box, element.querySelector(".commands"));
    this.listen();
    for (const tab of ["direct", "channel"]) this.arrange(tab);
    this.toEnd("direct");
  }

  view(tab) { return this.element.querySelector(`[data-view="${tab}"]`); }
  log(tab) { return this.view(tab).querySelector(".log"); }
  find(tab, id) { return this.log(tab).querySelector(`[data-message-id="${CSS.escape(id)}"]`); }
  get visible() { return this.element.offsetParent !== null; }
  get notices() { return this.element.querySelector(".composer [data-notice]"); }

  // --- what the sandbox tells ---

  show(tab, html) {
    const fresh = fragment(html);
    const id = fresh.dataset.messageId;
    const old = this.find(tab, id);
    const own = fresh.dataset.author === this.person;
    if (old) {
      if (old.isEqualNode(fresh)) return;
      const hadFocus = old.contains(document.activeElement);
      old.replaceWith(fresh);
      if (hadFocus) this.focusOn(fresh);
    } else {
      this.log(tab).append(fresh);
      if (!own && !this.reading(tab)) this.unread[tab].add(id);
    }
    this.arrange(tab);
    if (this.stuck[tab] || (own && !old)) this.toEnd(tab);
    else if (!old) this.view(tab).querySelector("[data-latest]").hidden = false;
    this.count();
    if (!old && !own && !this.visible) this.changed(this, fresh.dataset.notice);
  }

  remove(tab, id, dropped) {
    const old = this.find(tab, id);
    const hadFocus = old?.contains(document.activeElement);
    old?.remove();
    if (hadFocus) this.box.focus();
    if (dropped) this.log(tab).querySelector("[data-dropped]").hidden = false;
    this.unread[tab].delete(id);
    this.arrange(tab);
    this.count();
  }

  // Everything that stands there now, after a connection was lost.
  replaceAll(tab, messages, dropped) {
    const ids = new Set(messages.map((html) => fragment(html).dataset.messageId));
    for (const message of this.log(tab).querySelectorAll(".message")) {
      if (!ids.has(message.dataset.messageId)) this.remove(tab, message.dataset.messageId, false);
    }
    messages.forEach((html) => this.show(tab, html));
    this.log(tab).querySelector("[data-dropped]").hidden = !dropped;
  }

  // Days get a heading; messages of one author that follow closely share one name.
  arrange(tab) {
    let before = null;
    for (const message of this.log(tab).querySelectorAll(".message")) {
      const sameDay = before?.dataset.day === message.dataset.day;
      const sameAuthor = before?.dataset.author === message.dataset.author;
      const sameMark = before?.classList.contains("only-you") === message.classList.contains("only-you");
      message.classList.toggle("new-day", !sameDay);
      message.classList.toggle("follows", sameDay && sameAuthor && sameMark);
      before = message;
    }
  }

  toEnd(tab) {
    const log = this.log(tab);
    log.scrollTop = log.scrollHeight;
    this.stuck[tab] = true;
    this.heights[tab] = log.scrollHeight;
    this.view(tab).querySelector("[data-latest]").hidden = true;
  }

  // --- what has been read ---

  reading(tab) {
    const here = this.element.contains(document.activeElement) || this.element.matches(":hover");
    return this.visible && tab === this.tab && here;
  }

  seen() {
    if (!this.visible) return;
    this.unread[this.tab].clear();
    this.count();
  }

  count() {
    for (const tab of ["direct", "channel"]) {
      setCount(this.element.querySelector(`[data-tab="${tab}"] [data-count]`), this.unread[tab].size);
    }
    this.total = this.unread.direct.size + this.unread.channel.size;
    this.dot.hidden = !this.total;
    this.changed(this);
  }

  select(tab, focus = false) {
    if (tab !== this.tab) {
      this.stopEditing();
      // What was meant for one place must not be sent to another.
      this.drafts[this.tab] = this.box.value;
      this.tab = tab;
      this.box.value = this.drafts[tab];
      this.completion.close();
      notice(this.notices);
    }
    for (const button of this.element.querySelectorAll("[data-tab]")) {
      const chosen = button.dataset.tab === tab;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      if (chosen && focus) button.focus();
      this.view(button.dataset.tab).hidden = !chosen;
    }
    this.box.placeholder = this.box.dataset[tab];
    if (this.stuck[tab]) this.toEnd(tab);
    this.seen();
  }

  // --- what the person does ---

  listen() {
    for (const button of this.element.querySelectorAll("[data-tab]")) {
      button.addEventListener("click", () => this.select(button.dataset.tab));
    }
    this.element.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        this.select(this.tab === "direct" ? "channel" : "direct", true);
      }
    });
    for (const tab of ["direct", "channel"]) {
      const log = this.log(tab);
      log.addEventListener("scroll", () => {
        if (log.offsetParent === null) return;
        // The text has wrapped anew under a reader of the latest, who did not scroll.
        if (this.stuck[tab] && log.scrollHeight !== this.heights[tab]) return this.toEnd(tab);
        this.stuck[tab] = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
        if (this.stuck[tab]) this.view(tab).querySelector("[data-latest]").hidden = true;
      });
      log.addEventListener("click", (event) => this.clicked(event.target, tab));
      this.view(tab).querySelector("[data-latest]").addEventListener("click", () => this.toEnd(tab));
      new ResizeObserver(() => this.stuck[tab] && this.toEnd(tab)).observe(log);
    }
    this.element.addEventListener("pointerenter", () => this.seen());
    this.element.addEventListener("focusin", () => this.seen());
    this.element.querySelector("[data-composer]").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.element.querySelector("[data-stop-editing]").addEventListener("click", () => {
      this.stopEditing();
      this.box.focus();
    });
    this.box.addEventListener("keydown", (event) => {
      if (event.isComposing || this.completion.onKey(event)) return;
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        this.send();
      } else if (event.key === "Escape" && this.editing) {
        this.stopEditing();
      }
    });
  }

  clicked(target, tab) {
    const message = target.closest(".message");
    const button = target.closest("button");
    if (!message || !button) return;
    if ("edit" in button.dataset) this.startEditing(tab, message);
    else if ("delete" in button.dataset) this.takeAway(tab, message, button);
    else if ("action" in button.dataset) this.press(tab, message, button, button.dataset.action, "");
    else if ("pick" in button.dataset) {
      const select = button.parentElement.querySelector("select");
      if (!select.value) select.focus();
      else this.press(tab, message, button, select.dataset.action, select.value);
    }
  }

  async press(tab, message, button, action, value) {
    const id = message.dataset.messageId;
    const controls = [...message.querySelectorAll(".card button, .card select")];
    controls.forEach((control) => (control.disabled = true));
    button.setAttribute("aria-busy", "true");
    notice(this.notices);
    const back = () => {
      if (button.isConnected) button.focus();
      else if (this.find(tab, id)) this.focusOn(this.find(tab, id));
      else this.box.focus();
    };
    try {
      const answer = await post("/sandbox/press", {
        deed: newDeed(), person: this.person, tab, message: id, action, value,
      });
      if (answer.form) return showForm(answer.form, back);
    } catch (error) {
      notice(this.notices, error.message);
    } finally {
      controls.forEach((control) => (control.disabled = false));
      button.removeAttribute("aria-busy");
    }
    // A disabled or replaced button has lost the focus.
    if (document.activeElement === document.body) back();
  }

  async takeAway(tab, message, button) {
    const id = message.dataset.messageId;
    button.disabled = true;
    notice(this.notices);
    if (this.editing?.id === id) this.stopEditing();
    try {
      await post("/sandbox/delete", { deed: newDeed(), person: this.person, tab, message: id });
    } catch (error) {
      notice(this.notices, error.message);
      button.disabled = false;
    }
  }

  focusOn(message) {
    (message.querySelector(".card button") ?? message).focus({ preventScroll: true });
  }

  async send() {
    const text = this.box.value.trim();
    if (!text || this.box.readOnly) return;
    this.completion.close();
    const tab = this.tab;
    const editing = this.editing;
    // The same words sent again after a failure are the same deed, and count once.
    const key = JSON.stringify([tab, editing?.id, text]);
    const deed = this.failed.key === key ? this.failed.deed : newDeed();
    const button = this.element.querySelector(".send");
    this.box.readOnly = button.disabled = true;
    notice(this.notices);
    try {
      const body = { deed, person: this.person, tab, text };
      const answer = editing
        ? await post("/sandbox/edit", { ...body, message: editing.id })
        : await post("/sandbox/say", body);
      this.failed = {};
      if (editing) this.stopEditing();
      else if (this.tab === tab) this.box.value = "";
      else this.drafts[tab] = "";
      if (answer.form) showForm(answer.form, () => this.box.focus());
    } catch (error) {
      this.failed = { key, deed };
      notice(this.notices, error.message);
    } finally {
      this.box.readOnly = button.disabled = false;
    }
  }

  startEditing(tab, message) {
    this.stopEditing();
    this.editing = { id: message.dataset.messageId, draft: this.box.value };
    this.box.value = message.querySelector("[data-text]").textContent;
    this.element.querySelector("[data-editing]").hidden = false;
    this.box.focus();
  }

  stopEditing() {
    if (!this.editing) return;
    this.box.value = this.editing.draft;
    this.editing = null;
    this.element.querySelector("[data-editing]").hidden = true;
    notice(this.notices);
  }
}

export function setCount(element, count) {
  element.hidden = !count;
  element.textContent = count;
  if (count) element.setAttribute("aria-label", `${count} new`);
  else element.removeAttribute("aria-label");
}
