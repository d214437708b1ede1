import type { BanList } from "./ban-list.js";
import type { PersistentStorage } from "./persistent-storage.js";

/** How the bans of a persistent storage, which every process that shares it adds to, are numbered in the list of this one. */
export class SharedBans {
  private readonly bans: BanList;
  private readonly storage: PersistentStorage;
  /** By rising numbers on both sides. */
  private readonly pairs: { readonly shared: number; readonly own: number }[] = [{ shared: 0, own: 0 }];

  constructor(bans: BanList, storage: PersistentStorage) {
    this.bans = bans;
    this.storage = storage;
  }

  /** Takes over the bans that others have made. */
  fetch(): void {
    for (const { number, time, words } of this.storage.bansAfter(this.last.shared)) {
      this.bans.add(words, time);
      this.pairs.push({ shared: number, own: this.bans.newest });
    }
  }

  /** Makes a ban, for the others and, among theirs in the same order, for this process. */
  add(words: readonly string[], time: number): void {
    this.storage.addBan({ time, words });
    this.fetch();
  }

  /** What an object that is stored with this number was tested up to. */
  ownOf(shared: number): number {
    return this.pairs.findLast((pair) => pair.shared <= shared)?.own ?? 0;
  }

  sharedOf(own: number): number {
    return this.pairs.findLast((pair) => pair.own <= own)?.shared ?? 0;
  }

  private get last(): { readonly shared: number } {
    return this.pairs.at(-1) ?? { shared: 0 };
  }
}
