/// What users of Kubernetes' own routing kinds are told when they apply them.
@NullMarked
package dev.slipway.api.network;

import org.jspecify.annotations.NullMarked;
