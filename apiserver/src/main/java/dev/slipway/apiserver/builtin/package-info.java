/// Kubernetes' own kinds: schemas, defaults, rules, columns.
@NullMarked
package dev.slipway.apiserver.builtin;

import org.jspecify.annotations.NullMarked;
