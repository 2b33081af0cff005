package dev.slipway.registry.access;

/// Who is asking.
///
/// @param admin whether everything is permitted
public record Person(String name, boolean admin) {}
