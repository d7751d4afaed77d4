(() => {
 const root = document.documentElement, button = document.querySelector('.theme'), system = matchMedia('(prefers-color-scheme: dark)');
 const isDark = () => (root.dataset.theme || (system.matches ? 'dark' : 'light')) === 'dark';
 const name = () => { button.textContent = isDark() ? 'Light' : 'Dark'; };
 button.hidden = false;
 button.setAttribute('aria-label', 'Switch between light and dark');
 button.addEventListener('click', () => {
  root.dataset.theme = isDark() ? 'light' : 'dark';
  name();
  document.dispatchEvent(new Event('themechange'));
 });
 system.addEventListener('change', name);
 name();

 const links = new Map([...document.querySelectorAll('nav a')].map(link => [link.hash.slice(1), link]));
 const mark = () => {
  const sections = [...document.querySelectorAll('.notebook')];
  const here = sections.filter(section => section.getBoundingClientRect().top < innerHeight / 3).pop() || sections[0];
  links.forEach((link, id) => id === here?.id ? link.setAttribute('aria-current', 'true') : link.removeAttribute('aria-current'));
 };
 addEventListener('scroll', mark, { passive: true });
 mark();
})();
