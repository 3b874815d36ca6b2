// Which matchups are in which tab, so that two tabs show two pairs. A tab holds a lock for each matchup that it has;
// the browser ends a tab's locks with the tab. Without the Web Locks API (plain HTTP), each tab is as if it were alone.
const NAME = 'easel.matchup.';

export function createClaims() {
  const { locks } = navigator, own = new Map();

  return {
    // Takes a matchup for this tab; resolves with false if another tab has it.
    claim(id) {
      if (!locks || own.has(id)) return Promise.resolve(true);
      return new Promise(resolve => {
        const hold = lock => {
          resolve(!!lock);
          return lock && new Promise(release => { own.set(id, release); });
        };
        locks.request(NAME + id, { ifAvailable: true }, hold).catch(() => resolve(true));
      });
    },
    // Gives a matchup back that is not needed any more.
    release(id) {
      own.get(id)?.();
      own.delete(id);
    },
    // Returns the matchups that other tabs have.
    async elsewhere() {
      const { held = [] } = await locks?.query() ?? {};
      return held.filter(lock => lock.name.startsWith(NAME)).map(lock => lock.name.slice(NAME.length)).filter(id => !own.has(id));
    },
  };
}
