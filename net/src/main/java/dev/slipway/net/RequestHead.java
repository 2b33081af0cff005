package dev.slipway.net;

import java.util.List;

/// What a request says before its body, whatever version of the protocol carried it.
interface RequestHead {
  String method();

  Target target();

  String protocol();

  /// The first value, or `""`; names ignore case.
  String header(String name);

  List<String> headers(String name);

  /// Lower case, each once.
  List<String> headerNames();
}
