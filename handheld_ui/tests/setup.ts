// Every test has an IndexedDB of its own making: the browser's is not there outside a browser.
import "fake-indexeddb/auto";
