package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.Edits;
import dev.slipway.dataplane.gateway.RouteTable.HeaderEdits;
import dev.slipway.dataplane.gateway.RouteTable.PathEdit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The edits of a rule and of a backend as one: the backend's come later, and its path and host
/// win.
record EditPlan(
    Optional<PathEdit> path, Optional<String> host, List<Field> request, List<Field> response) {
  static final EditPlan NONE = of(Edits.NONE, Edits.NONE);

  /// What is done to one header.
  record Field(Kind kind, String name, String value) {}

  enum Kind {
    SET,
    ADD,
    REMOVE
  }

  static EditPlan of(Edits rule, Edits backend) {
    return new EditPlan(
        backend.path().or(rule::path),
        backend.host().or(rule::host),
        fields(rule.request(), backend.request()),
        fields(rule.response(), backend.response()));
  }

  private static List<Field> fields(HeaderEdits first, HeaderEdits second) {
    var fields = new ArrayList<Field>();
    for (var edits : List.of(first, second)) {
      edits.set().forEach((name, value) -> fields.add(new Field(Kind.SET, name, value)));
      edits.add().forEach((name, value) -> fields.add(new Field(Kind.ADD, name, value)));
      edits.remove().forEach(name -> fields.add(new Field(Kind.REMOVE, name, "")));
    }
    return List.copyOf(fields);
  }

  /// The path as it goes on, with a query of its own behind `?` where the edit gives one.
  String pathFor(PathRule matched, String rawPath) {
    return path.isEmpty() ? rawPath : PathEdits.apply(path.get(), matched, rawPath);
  }
}
