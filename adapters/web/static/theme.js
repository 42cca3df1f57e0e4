// Runs before the page is painted, so that a chosen theme does not flash in.
const chosen = localStorage.getItem("handrail-theme");
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
