/** Saves what is on the screen as a picture: SVG, which can be scaled and edited, or PNG at twice the size. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { MakeFeature } from '../../feature';
import { Icon } from '../../icons';
import { t } from '../../words';
import { pngOf, svgOf } from './compose';
import './picture.css';

const pngScale = 2;

export const picture: MakeFeature = (panel) => {
  const open = signal(false);
  const close = (): void => {
    open.value = false;
    panel.timeline.focus();
  };
  const nameWith = (extension: string): string => `${(panel.store.info.peek()?.title ?? 'forkscope').replace(/[^\w.-]+/g, '_')}.${extension}`;
  const saveSvg = (): void => {
    const content = svgOf(panel);
    close();
    if (content !== null) panel.bridge.send({ type: 'saveFile', name: nameWith('svg'), content });
  };
  const savePng = (): void => {
    close();
    void pngOf(panel, pngScale).then((content) => {
      if (content !== null) panel.bridge.send({ type: 'saveFile', name: nameWith('png'), content });
    });
  };
  const Menu = (): JSX.Element | null => {
    const menu = useRef<HTMLDivElement>(null);
    const shown = open.value;
    useLayoutEffect(() => {
      if (shown) menu.current?.querySelector('button')?.focus();
    }, [shown]);
    if (!shown) return null;
    const onKeyDown = (event: KeyboardEvent): void => {
      const items = [...(menu.current?.querySelectorAll('button') ?? [])];
      const at = items.findIndex((item) => item === document.activeElement);
      if (event.key === 'Escape' || event.key === 'Tab') close();
      else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') items[(at + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length]?.focus();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    return (
      <div class="picture-menu" role="menu" ref={menu} aria-label={t('Save the picture')} onKeyDown={onKeyDown}>
        <button type="button" role="menuitem" data-testid="save-svg" onClick={saveSvg}>{t('Picture as SVG…')}</button>
        <button type="button" role="menuitem" data-testid="save-png" onClick={savePng}>{t('Picture as PNG…')}</button>
      </div>
    );
  };
  return {
    name: 'picture',
    actions: [{ id: 'picture', keys: ['e'], title: () => t('Save the picture'), group: 'panel', where: 'panel', enabled: () => panel.store.info.peek() !== null, run: () => (open.value = !open.peek()) }],
    slots: {
      toolbar: () => (
        <button type="button" class="tool" data-testid="save-picture" title={t('Save the picture… (E)')} aria-label={t('Save the picture… (E)')} aria-haspopup="menu" aria-expanded={open.value} onClick={() => (open.value = !open.peek())}><Icon name="picture" /></button>
      ),
      overlay: () => <Menu />,
    },
    reset: () => (open.value = false),
  };
};
