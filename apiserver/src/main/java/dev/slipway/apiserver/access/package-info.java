/// Who is asking and whether they may: authentication, RBAC, reviews, signed tokens.
@NullMarked
package dev.slipway.apiserver.access;

import org.jspecify.annotations.NullMarked;
