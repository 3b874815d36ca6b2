// A session of twenty votes: its progress, and a summary at its end. It is kept for as long as the tab.
import { keep, recall } from './memory.js';
import { fillIn } from './reveal.js';

const KEY = 'easel.session';
const SIZE = 20;
const OUTCOMES = ['left', 'right', 'tie', 'both_bad'];

const read = () => JSON.parse(recall(KEY, 'sessionStorage') || '[]');

// Whether an answer is the one that most others gave; null if none was given more often than all others.
function isCommon(answer, split) {
  const most = Math.max(...OUTCOMES.map(outcome => split[outcome]));
  const common = OUTCOMES.filter(outcome => split[outcome] === most);
  return common.length === 1 ? common[0] === answer : null;
}

export function createSession(root) {
  const text = root.dataset, counter = root.querySelector('.count');

  function write(votes) {
    keep(KEY, JSON.stringify(votes), 'sessionStorage');
    counter.textContent = fillIn(text.msgCount, { n: votes.length, size: SIZE });
    counter.hidden = !votes.length;
  }

  write(read());

  return {
    // A vote after the twentieth begins a new session.
    add(id, category) {
      const votes = read();
      write([...(votes.length < SIZE ? votes : []), { id, category, isCommon: null }]);
    },
    remove(id) { write(read().filter(vote => vote.id !== id)); },
    // Notes how others voted on the same two contenders, where enough have.
    compare(id, { answer, split }) {
      if (split) write(read().map(vote => (vote.id === id ? { ...vote, isCommon: isCommon(answer, split) } : vote)));
    },
    isOver: () => read().length === SIZE,
    // Writes what there is to say into the summary: a title and two sentences.
    describe(summary) {
      const votes = read(), compared = votes.filter(vote => vote.isCommon !== null), agreed = compared.filter(vote => vote.isCommon);
      const agreement = summary.querySelector('[data-agreement]'), categories = summary.querySelector('[data-categories]');
      summary.querySelector('h1').textContent = fillIn(text.msgSession, { n: votes.length });
      agreement.textContent = compared.length
        ? fillIn(text.msgAgree, { agreed: agreed.length, compared: compared.length })
        : text.msgAgreeNone;
      categories.textContent = fillIn(text.msgCategories, { names: [...new Set(votes.map(vote => vote.category))].join(' · ') });
    },
  };
}
