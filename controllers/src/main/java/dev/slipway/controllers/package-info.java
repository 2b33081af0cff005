/// What each kind means: one package a product, one reconciler a kind.
@NullMarked
package dev.slipway.controllers;

import org.jspecify.annotations.NullMarked;
