/// The create-only review kinds of `authentication.k8s.io` and `authorization.k8s.io`.
@NullMarked
package dev.slipway.apiserver.access.review;

import org.jspecify.annotations.NullMarked;
