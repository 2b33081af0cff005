/// What `kubectl get` shows of Kubernetes' own kinds, column by column as upstream's printers do.
///
/// Source: `pkg/printers/internalversion/printers.go`. The server always computes the wide form;
/// clients hide what has a priority.
@NullMarked
package dev.slipway.apiserver.builtin.columns;

import org.jspecify.annotations.NullMarked;
