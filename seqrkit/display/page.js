// Marks the visible step in the navigation; j and k go to the next and the previous step. The page
// also works without scripts.
(() => {
  const links = new Map([...document.querySelectorAll("nav a")].map((a) => [a.hash.slice(1), a]));
  const steps = [...document.querySelectorAll("[data-step]")];
  const menu = document.querySelector("nav details");
  const wide = window.matchMedia("(min-width: 801px)");
  let current = null;
  const mark = () => {
    const top = window.innerHeight / 3;
    const here = steps.filter((s) => s.getBoundingClientRect().top <= top).pop() || steps[0];
    if (!here || here === current) return;
    links.get(current && current.id)?.removeAttribute("aria-current");
    current = here;
    const link = links.get(here.id);
    link?.setAttribute("aria-current", "true");
    if (wide.matches) link?.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("scroll", mark, { passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { j: 1, k: -1 }[event.key];
    if (by) steps[steps.indexOf(current) + by]?.scrollIntoView();
  });
  links.forEach((a) => a.addEventListener("click", () => menu.removeAttribute("open")));
  mark();
})();
