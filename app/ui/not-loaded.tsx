import { Button } from './button';
import { Dialog } from './dialog';

/** In place of a dialog that could not be brought: the connection is lost, or the pages were replaced under the open one. */
export function NotLoaded({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Нет связи с&nbsp;сервером"
      buttons={
        <Button data-first onClick={onClose}>
          Закрыть
        </Button>
      }
    >
      <p>Ничего не&nbsp;сделано. Обновите страницу и&nbsp;повторите.</p>
    </Dialog>
  );
}
