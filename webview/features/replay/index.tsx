/**
 * Replay: K plays the recording from where one stands, at half to twenty times its speed, K again pauses, Shift+K ends it. A press on the
 * axis puts the play head; lanes are blank after it.
 */
import type { JSX } from 'preact';
import type { Gesture, MakeFeature } from '../../feature';
import { elapsed } from '../../format';
import { Icon } from '../../icons';
import type { Panel } from '../../panel';
import { timeToX, xToTime } from '../../timeline/geometry';
import type { Scene } from '../../timeline/painter';
import type { Surface } from '../../timeline/surface';
import { t } from '../../words';
import { Player, speeds } from './player';
import './replay.css';

export const replay: MakeFeature = (panel) => {
  const player = new Player(panel);
  const { store, viewport, timeline } = panel;
  const toggle = (): void => {
    if (player.playing.peek()) player.pause();
    else player.play(timeline.pointerNs ?? store.selection.peek()?.spanBeginNs ?? Math.max(viewport.view.peek().fromNs, 0));
  };
  return {
    name: 'replay',
    actions: [
      { id: 'play', keys: ['k'], title: () => t('Replay from the pointer, or pause'), group: 'time', where: 'panel', enabled: () => player.possible, run: toggle },
      { id: 'stopReplay', keys: ['Shift+k'], title: () => t('End the replay'), group: 'time', where: 'panel', enabled: () => store.headNs.peek() !== null, run: () => player.stop() },
    ],
    slots: {
      toolbar: () => <Start panel={panel} player={player} run={toggle} />,
      above: () => <Bar panel={panel} player={player} toggle={toggle} />,
    },
    layers: [{ over: 'spans', paint: (surface, scene) => paintFuture(surface, scene, store.headNs.peek()) }],
    press: (event, on) => (on === 'axis' && store.headNs.peek() !== null ? scrub(panel, player, event) : null),
    reset: () => player.forget(),
    update: (update) => player.take(update),
    dispose: () => player.pause(),
  };
};

function scrub({ viewport, timeline }: Panel, player: Player, press: PointerEvent): Gesture {
  const seek = (event: PointerEvent): void => player.seek(xToTime(viewport.view.peek(), timeline.size.peek().width, event.offsetX));
  seek(press);
  return {
    move: seek,
    end(event, cancelled) {
      if (!cancelled) seek(event);
    },
  };
}

/** What is yet to come is not shown. */
function paintFuture(surface: Surface, { view, width, height, palette }: Scene, headNs: number | null): void {
  if (headNs === null) return;
  const x = Math.max(0, Math.round(timeToX(view, width, headNs)));
  if (x >= width) return;
  surface.fillStyle = palette.background;
  surface.fillRect(x, 0, width - x, height);
  surface.fillStyle = palette.now;
  surface.fillRect(x, 0, 1, height);
}

function Start({ panel: { store }, player, run }: { panel: Panel; player: Player; run(): void }): JSX.Element | null {
  if (!player.possible || store.headNs.value !== null) return null;
  return (
    <button type="button" class="tool" data-testid="replay" aria-label={t('Replay')} title={t('Replay the recording (K)')} onClick={run}>
      <Icon name="replay" />
    </button>
  );
}

function Bar({ panel, player, toggle }: { panel: Panel; player: Player; toggle(): void }): JSX.Element | null {
  const { store } = panel;
  return store.headNs.value === null ? null : <Controls panel={panel} player={player} toggle={toggle} />;
}

function Controls({ panel: { store }, player, toggle }: { panel: Panel; player: Player; toggle(): void }): JSX.Element {
  const playing = player.playing.value;
  const head = store.clock.value;
  const length = player.lengthNs;
  const words = t('{0} of {1}', elapsed(head), elapsed(length));
  return (
    <div class="replay" role="toolbar" aria-label={t('Replay')} data-testid="replay-bar">
      <button type="button" class="tool" data-testid="replay-play" aria-label={playing ? t('Pause') : t('Play')} title={playing ? t('Pause (K)') : t('Play (K)')} onClick={toggle}>
        <Icon name={playing ? 'pause' : 'play'} />
      </button>
      <button type="button" class="tool" data-testid="replay-stop" aria-label={t('End the replay')} title={t('End the replay (Shift+K)')} onClick={() => player.stop()}>
        <Icon name="stop" />
      </button>
      <input
        class="replay-scrubber" type="range" min={0} max={1000} step={1} value={length > 0 ? Math.round((head / length) * 1000) : 0} aria-label={t('Play head')} aria-valuetext={words}
        data-testid="replay-scrubber" onInput={(event) => player.seek((Number(event.currentTarget.value) / 1000) * length)}
      />
      <span class="replay-time" data-testid="replay-time">{words}</span>
      <select class="replay-speed" aria-label={t('Speed')} data-testid="replay-speed" value={String(player.speed.value)} onChange={(event) => (player.speed.value = Number(event.currentTarget.value))}>
        {speeds.map((speed) => <option key={speed} value={String(speed)}>{speed === 0.5 ? '½×' : `${speed}×`}</option>)}
      </select>
      <span class="for-screen-readers" role="status">{playing ? '' : t('Paused at {0}', elapsed(head))}</span>
    </div>
  );
}
