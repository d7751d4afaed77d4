(() => {
 const version = '2.28.0';
 const library = () => window.Plotly ? Promise.resolve(window.Plotly)
  : (window.sparseAudioPlotly ??= import(`https://cdn.jsdelivr.net/npm/plotly.js-dist-min@${version}/+esm`).then(module => module.default));
 const colors = figure => {
  const ink = getComputedStyle(figure).color;
  return { ink, grid: 'rgba(128, 128, 128, .25)' };
 };
 const decades = [...Array(17).keys()].flatMap(power => [1, 2, 5].map(digit => digit * 10 ** (power - 8)));
 const ticks = given => given?.type === 'log' ? { tickvals: decades, ticktext: decades.map(tick => tick >= 1e4 ? `${tick / 1e3}k` : `${Number(tick.toPrecision(1))}`) } : {};
 const axis = (given, { grid }) => ({ automargin: true, gridcolor: grid, zerolinecolor: grid, linecolor: grid, ...ticks(given), ...given });

 const draw = async figure => {
  const { data, layout } = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  const plot = figure.querySelector('.sa-plot'), theme = colors(figure), touch = matchMedia('(pointer: coarse)').matches;
  let plotly;
  try { plotly = await library(); } catch { return; }
  const names = JSON.parse(figure.dataset.namesTicks ?? 'null'), aside = JSON.parse(figure.dataset.namesAside ?? 'null');
  const named = names ? { tickvals: names.map(([at]) => at), ticktext: names.map(([, name]) => name) } : {};
  const annotations = aside?.map(([y, text]) => ({ x: 1, xref: 'paper', xanchor: 'left', y, text, showarrow: false }));
  plot.style.height = `${figure.dataset.height}px`;
  await plotly.newPlot(plot, data, {
   ...layout, template: undefined, width: undefined, autosize: true, height: Number(figure.dataset.height),
   paper_bgcolor: 'transparent', plot_bgcolor: 'transparent', font: { color: theme.ink, family: 'system-ui, sans-serif', size: 13 },
   margin: { l: 50, r: aside ? 44 : 12, t: 10, b: 40 }, annotations, hovermode: 'closest', dragmode: touch ? false : 'zoom',
   legend: { orientation: 'h', x: 0, y: 1.02, yanchor: 'bottom' }, showlegend: data.filter(trace => trace.name).length > 1,
   xaxis: axis(layout.xaxis, theme), yaxis: { ...axis(layout.yaxis, theme), ...named },
  }, { responsive: true, displaylogo: false, displayModeBar: false });
  figure.classList.add('sa-drawn');
 };

 const recolor = () => document.querySelectorAll('.sa-drawn').forEach(figure =>
  window.Plotly?.relayout(figure.querySelector('.sa-plot'), { 'font.color': colors(figure).ink }));
 if (!window.sparseAudioRecolors) {
  window.sparseAudioRecolors = true;
  document.addEventListener('themechange', recolor);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolor);
 }

 const near = new IntersectionObserver(entries => entries.filter(entry => entry.isIntersecting).forEach(entry => {
  near.unobserve(entry.target);
  draw(entry.target);
 }), { rootMargin: '800px' });
 document.querySelectorAll('.sa-figure:not([data-seen])').forEach(figure => {
  figure.dataset.seen = '';
  near.observe(figure);
 });
})();
