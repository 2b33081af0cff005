package dev.slipway.inference.codec.v2;

/// A model of the repository.
///
/// @param version `""` for none
/// @param state `READY`, `UNAVAILABLE`, `LOADING`, `UNLOADING`; `""` for never loaded
/// @param reason why it is in that state; `""` for none
public record ModelIndex(String name, String version, String state, String reason) {}
