# What a board freezes: include() this file from the board's own manifest.
package("lws")
