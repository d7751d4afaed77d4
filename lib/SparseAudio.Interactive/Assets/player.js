(() => {
 const seconds = value => value.toFixed(2);

 const wire = player => {
  player.classList.add('sa-live');
  const audio = player.querySelector('audio'), button = player.querySelector('button'), wave = player.querySelector('.sa-wave');
  const head = player.querySelector('.sa-head'), duration = Number(player.dataset.duration), name = player.dataset.name;
  button.hidden = false;
  wave.tabIndex = 0;
  wave.setAttribute('role', 'slider');
  wave.setAttribute('aria-label', `Position in ${name}`);
  wave.setAttribute('aria-valuemin', '0');
  wave.setAttribute('aria-valuemax', seconds(duration));

  const draw = () => {
   head.style.width = `${100 * Math.min(1, audio.currentTime / duration)}%`;
   wave.setAttribute('aria-valuenow', seconds(audio.currentTime));
   wave.setAttribute('aria-valuetext', `${seconds(audio.currentTime)} of ${seconds(duration)} seconds`);
   if (!audio.paused) requestAnimationFrame(draw);
  };
  const state = () => {
   player.classList.toggle('sa-playing', !audio.paused);
   button.setAttribute('aria-label', `${audio.paused ? 'Play' : 'Pause'} ${name}`);
   draw();
  };
  const play = () => audio.play().catch(() => state());
  const seek = time => {
   audio.currentTime = Math.max(0, Math.min(duration - .01, time));
   player.classList.add('sa-started');
   draw();
  };

  audio.addEventListener('play', () => { player.classList.add('sa-started'); state(); });
  for (const change of ['pause', 'ended', 'seeked']) audio.addEventListener(change, state);
  button.addEventListener('click', () => audio.paused ? play() : audio.pause());
  wave.addEventListener('click', event => {
   const box = wave.getBoundingClientRect();
   seek(duration * (event.clientX - box.left) / box.width);
   play();
  });
  wave.addEventListener('keydown', event => {
   const moves = { ArrowLeft: audio.currentTime - .1, ArrowRight: audio.currentTime + .1, Home: 0, End: duration };
   if (event.key === ' ' || event.key === 'Enter') audio.paused ? play() : audio.pause();
   else if (event.key in moves) seek(moves[event.key]);
   else return;
   event.preventDefault();
  });
  state();
 };

 if (!window.sparseAudioOneAtATime) {
  window.sparseAudioOneAtATime = true;
  document.addEventListener('play', event => document.querySelectorAll('audio').forEach(other => other !== event.target && other.pause()), true);
 }
 document.querySelectorAll('.sa-player:not(.sa-live)').forEach(wire);
})();
