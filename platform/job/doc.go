// Package job runs work that outlives a request: imports, distributions,
// simulations, plans.
//
// An act starts a run with Runner.Start inside its own transaction, so that
// the run exists exactly when the act does. Workers take runs up in order,
// bounded in number; the run's page shows how far it is, lets its starter
// cancel it, and says at the end what it did or what was wrong.
//
//	runner.Add(job.Kind{Name: "contribution.import", Title: "contribution.import.title", Resumes: true, Run: importFile})
//	id, err := runner.Start(tx, who, "contribution.import", importArgs{File: id})
//
// Invariants
//
//  1. A run is started exactly when the act that started it is durable.
//  2. A run is worked on by one worker at a time, of whatever process: a
//     worker holds the run, says again and again that it is alive, and stops
//     when another took over. Another takes over when it has heard nothing for
//     a while by its own watch, or when no other process can be alive. What
//     the clock says matters nowhere.
//  3. A run always ends in done, failed or canceled; only a finished run has
//     an end. A finished run never changes again.
//  4. After a crash a run whose kind Resumes goes on from its checkpoint; any
//     other is failed as interrupted. A checkpoint is written with the act it
//     belongs to, so that nothing is done twice.
//  5. A run is seen by who started it and by stewards, by nobody else, but for
//     what a room shows of its own kinds.
//  6. One process works on no more runs of a kind at a time than its AtOnce;
//     runs of other kinds do not wait behind those.
//  7. Only a run that has ended is ever forgotten, some time after its end;
//     what it did is not touched.
//  8. What a run says is kept as keys and values, not as words: every reader
//     sees it in their language, however long ago it ran.
package job
