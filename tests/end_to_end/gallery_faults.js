// What a machine can find wrong with the gallery's page, as plain sentences. Given: {tap, contrast}.
({ tap, contrast }) => {
  const faults = new Set();
  const name = (element) => element.closest("[data-picture]").dataset.picture;
  const words = (element) => JSON.stringify((element.innerText || element.ariaLabel || element.name || "").slice(0, 40));

  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) faults.add(`the page is ${wide} pixels wider than the screen`);

  for (const element of document.querySelectorAll("[data-picture] :is(.button, select, .option, input[type=text], textarea)")) {
    const { height } = element.getBoundingClientRect();
    if (height < tap) faults.add(`${name(element)}: ${words(element)} is ${height} pixels high`);
  }

  // Nothing reaches out of its bubble, and nothing is cut inside its own element.
  for (const bubble of document.querySelectorAll("[data-picture] :is(.card, .form)")) {
    const { left, right } = bubble.getBoundingClientRect();
    for (const element of bubble.querySelectorAll("*")) {
      if (element.closest("[hidden], option")) continue;
      const box = element.getBoundingClientRect();
      if (box.left < left - 0.5 || box.right > right + 0.5) faults.add(`${name(element)}: ${words(element)} reaches outside`);
      if (element.tagName !== "INPUT" && element.tagName !== "SELECT" && element.scrollWidth > element.clientWidth + 1 &&
          getComputedStyle(element).display !== "inline") {
        faults.add(`${name(element)}: ${words(element)} is cut`);
      }
    }
  }

  // What a list offers before one opens it has to fit into the list.
  const measure = document.createElement("canvas").getContext("2d");
  for (const select of document.querySelectorAll("[data-picture] select")) {
    const style = getComputedStyle(select);
    measure.font = style.font;
    const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 22; // the arrow
    const text = select.options[select.selectedIndex].label;
    if (measure.measureText(text).width > room) faults.add(`${name(select)}: the list's ${JSON.stringify(text)} is cut`);
  }

  const channels = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    return { rgb: [red, green, blue], alpha };
  };
  const over = (front, back) => front.rgb.map((value, index) => value * front.alpha + back[index] * (1 - front.alpha));
  const background = (element) => {
    if (!element) return [255, 255, 255];
    const own = channels(getComputedStyle(element).backgroundColor);
    return own.alpha === 1 ? own.rgb : over(own, background(element.parentElement));
  };
  const light = (rgb) => {
    const [red, green, blue] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.closest("[data-picture]") || element.closest("option, [hidden], .visually-hidden")) continue;
    const back = background(element);
    const [dark, bright] = [light(back), light(over(channels(getComputedStyle(element).color), back))].sort((a, b) => a - b);
    const ratio = (bright + 0.05) / (dark + 0.05);
    if (ratio < contrast) faults.add(`${name(element)}: ${words(element)} has a contrast of ${ratio.toFixed(2)}`);
  }
  return [...faults];
}
