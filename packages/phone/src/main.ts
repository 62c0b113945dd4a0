document.title = 'Offhook';
