import { databaseKey, databasesNow } from './database-now.js';
import type { Aftermath, Follower } from './aftermath.js';

/** Where the writer of each database that failed over is now: replaced once another has taken over elsewhere. */
export const failoverAnswers: Follower = {
  begin: (acts) =>
    Promise.resolve({
      async look(cloud) {
        const now = await databasesNow(
          acts.map(({ resource }) => resource),
          cloud,
        );
        return new Map(
          acts.flatMap(({ id, resource }): readonly (readonly [string, Aftermath])[] => {
            const database = now.get(databaseKey(resource));
            if (database === undefined) return [];
            const { status, writer } = database;
            const hasMoved = status === 'available' && writer !== undefined && writer.zone !== resource.zone;
            return [
              [id, hasMoved ? { state: 'replaced', by: `${writer.id} in ${writer.zone}` } : { state: 'waiting' }],
            ];
          }),
        );
      },
    }),
};
