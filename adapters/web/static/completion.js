// Slash commands while typing: a listbox that the message box drives, by keyboard and by pointer.
// HTML lets a textarea have no role but its own, so it stays a textbox; the rest is the combobox pattern.

const commands = JSON.parse(document.body.dataset.commands);

// `box` is a message box, `list` its listbox. `onKey` is asked first, and says whether it used the key.
export function completion(box, list) {
  let shown = [];
  let active = 0;
  let moved = false;

  function close() {
    list.hidden = true;
    shown = [];
    box.removeAttribute("aria-controls");
    box.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = (index + shown.length) % shown.length;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
    list.children[active].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", list.children[active].id);
  }

  function open() {
    list.replaceChildren(...shown.map((command, index) => {
      const item = document.createElement("li");
      item.role = "option";
      item.id = `${list.id}-${index}`;
      const name = document.createElement("span");
      name.className = "command-name";
      name.textContent = `/${command.name}`;
      const argument = document.createElement("span");
      argument.className = "command-argument";
      argument.textContent = command.argument ? ` [${command.argument}]` : "";
      const summary = document.createElement("span");
      summary.className = "command-summary";
      summary.textContent = command.summary;
      item.append(name, argument, summary);
      // Not "click": by then the message box has lost the focus.
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        take(index);
      });
      return item;
    }));
    list.hidden = false;
    box.setAttribute("aria-controls", list.id);
    mark(0);
  }

  function take(index) {
    box.value = `/${shown[index].name} `;
    close();
    box.focus();
  }

  box.addEventListener("input", () => {
    const typed = /^\/([\w-]*)$/.exec(box.value);
    moved = false;
    shown = typed ? commands.filter((command) => command.name.startsWith(typed[1].toLowerCase())) : [];
    if (shown.length) open();
    else close();
  });
  box.addEventListener("blur", close);

  function onKey(event) {
    if (!shown.length) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      mark(active + (event.key === "ArrowDown" ? 1 : -1));
      moved = true;
    } else if (event.key === "Escape") {
      close();
    } else if (event.key === "Tab" && !event.shiftKey) {
      take(active);
    } else if (event.key === "Enter" && !event.shiftKey) {
      // A name typed to its end is sent at once.
      if (!moved && shown.some((command) => `/${command.name}` === box.value.toLowerCase())) {
        close();
        return false;
      }
      take(active);
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }

  return { onKey, close };
}
