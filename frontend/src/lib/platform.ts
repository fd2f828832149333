/** Whether shortcuts are made with ⌘. */
export const onMac = /mac|iphone|ipad/i.test(navigator.userAgent)
