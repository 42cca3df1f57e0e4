// Talking to the sandbox, and small things that every part needs.

export const newDeed = () => crypto.randomUUID();

// Sends one deed. Answers what the sandbox answered; throws an Error whose message is for people.
export async function post(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Handrail": "sandbox" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The sandbox does not answer. Nothing that you typed is lost: please try again.");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || "That did not go through. Please try again.");
  return answer;
}

// Shows (or, without a text, hides) a sentence in a place kept for it.
export function notice(element, text = "") {
  element.textContent = text;
  element.hidden = !text;
}

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim(); // made by the server, which escapes everything people wrote
  return template.content.firstElementChild;
}
