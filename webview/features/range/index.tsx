/**
 * Totals of a range: Shift and a drag over the lanes choose rows and time, a drag over the axis time alone, `[` and `]` its edges by key.
 * What was spent on what stands in a table below.
 */
import type { MakeFeature } from '../../feature';
import { duration } from '../../format';
import { t } from '../../words';
import { paintRange } from './paint';
import { rangeLength, RangeModel } from './range';
import { TotalsTable } from './totalsTable';
import './range.css';

export const range: MakeFeature = (panel) => {
  const model = new RangeModel(panel);
  return {
    name: 'range',
    actions: [
      { id: 'rangeBegin', keys: ['['], title: () => t('Begin of a range: the selected span, or the middle'), group: 'show', where: 'panel', run: () => model.setEdge('begin') },
      { id: 'rangeEnd', keys: [']'], title: () => t('End of a range: the selected span, or the middle'), group: 'show', where: 'panel', run: () => model.setEdge('end') },
    ],
    slots: { below: () => <TotalsTable panel={panel} model={model} /> },
    layers: [{
      over: 'spans',
      paint(surface, scene) {
        const chosen = model.range.peek();
        if (chosen !== null) paintRange(surface, scene, chosen, duration(rangeLength(panel, chosen)));
      },
    }],
    press: (event, on) => ((on === 'axis' || event.shiftKey) && !event.ctrlKey && !event.metaKey && !event.altKey ? model.gesture(event, on) : null),
    reset: () => model.clear(),
    dispose: () => model.dispose(),
  };
};
