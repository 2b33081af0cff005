package dev.slipway.apiserver.builtin;

import dev.slipway.apiserver.builtin.columns.KnownColumns;
import dev.slipway.apiserver.resource.Column;
import dev.slipway.apiserver.resource.GroupVersionKind;
import java.util.List;

/// What `kubectl get` shows of each of Kubernetes' own kinds, Name and Age included, in upstream's
/// order.
public final class BuiltinColumns {
  private BuiltinColumns() {}

  /// Name and creation time for a kind upstream has no printer for.
  public static List<Column> of(GroupVersionKind kind) {
    return KnownColumns.of(kind.group(), kind.kind());
  }
}
