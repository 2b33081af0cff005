package dev.slipway.apiserver;

import java.nio.file.Path;

/// Where an API server keeps its data and listens.
///
/// @param bind address to listen on
/// @param port 0 for any free one
public record ApiServerSettings(Path data, String bind, int port) {}
