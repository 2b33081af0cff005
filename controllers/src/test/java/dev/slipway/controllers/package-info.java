/// What tests of several products share.
@NullMarked
package dev.slipway.controllers;

import org.jspecify.annotations.NullMarked;
