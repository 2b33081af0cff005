package dev.slipway.control;

/// How much a loop has done since it started.
///
/// @param plans plans made
/// @param writes writes the API was asked for, Events aside; none where a settled world is planned
///     again
/// @param events Events written or counted up
/// @param conflicts plans thrown away because the object had changed meanwhile
/// @param failures plans that failed or could not be applied
public record LoopCounts(long plans, long writes, long events, long conflicts, long failures) {}
