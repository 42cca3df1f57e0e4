// Forms, one at a time, in the page's <dialog>.

import { fragment, newDeed, notice, post } from "./wire.js";

const dialog = document.querySelector("dialog");
let goBack = () => {};
let deed = "";
let sentAs = "";
let warned = false;

// Shows a form; `back` puts the focus where it came from once the dialog has closed.
export function showForm(html, back) {
  goBack = back;
  fill(html);
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector("[aria-invalid]") ?? dialog.querySelector("[data-input]");
  const field = "input, select, textarea";
  (first.matches(field) ? first : first.querySelector(`:checked:is(${field})`) ?? first.querySelector(field)).focus();
}

function fill(html) {
  dialog.replaceChildren(fragment(html));
  const form = dialog.firstElementChild;
  warned = false;
  form.querySelectorAll("fieldset[data-required]").forEach((group) => {
    // Checkboxes have no "at least one" of their own.
    const check = () => {
      const none = !group.querySelector(":checked");
      group.querySelector("input").setCustomValidity(none ? "Please choose at least one." : "");
    };
    group.addEventListener("change", check);
    check();
  });
  form.addEventListener("input", () => form.setAttribute("data-typed", ""));
  form.addEventListener("submit", submit);
  form.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
}

function answers(form) {
  const values = {};
  for (const input of form.querySelectorAll("[data-input]")) {
    const name = input.dataset.input;
    // What is chosen goes as a list, what is typed as a text. (Options of a select can be checked too.)
    const typed = input.querySelector("textarea, input:not([type=checkbox], [type=radio])");
    values[name] = typed ? typed.value : [...input.querySelectorAll(":checked")].map((one) => one.value).filter(Boolean);
  }
  return values;
}

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  const buttons = form.querySelectorAll("button");
  const { form: id, person, tab, message } = form.dataset;
  const body = { person, tab, message, form: id, values: answers(form) };
  // The same answers sent again after a failure are the same deed, and count once.
  if (JSON.stringify(body) !== sentAs) deed = newDeed();
  sentAs = JSON.stringify(body);
  buttons.forEach((button) => (button.disabled = true));
  notice(form.querySelector("[data-notice]"));
  try {
    const answer = await post("/sandbox/submit", { ...body, deed });
    sentAs = "";
    if (answer.form) showForm(answer.form, goBack);
    else dialog.close();
  } catch (error) {
    notice(form.querySelector("[data-notice]"), error.message);
  } finally {
    buttons.forEach((button) => (button.disabled = false));
  }
}

dialog.addEventListener("cancel", (event) => {
  const form = dialog.firstElementChild;
  if (!form.hasAttribute("data-typed") || warned) return;
  // One Escape too many must not throw away what was typed.
  event.preventDefault();
  warned = true;
  notice(form.querySelector("[data-notice]"), "You have typed something. Cancel throws it away.");
});

dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  goBack();
});
